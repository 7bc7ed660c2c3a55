import { setTimeout as sleep } from "node:timers/promises";
import type { Ostinato } from "../../src/client/connection/ostinato.js";
import type { CliCommand } from "../command-line/command.js";
import { exitCodes } from "../exit-codes.js";
import type { Terminal } from "../output/terminal/terminal.js";
import { settingsOf } from "../command-line/settings-of.js";
import { telemetryEnvironment, telemetryFlags } from "../command-line/telemetry-flags.js";
import { untilInterrupted } from "../following/until-interrupted.js";
import { withOstinato } from "../following/with-ostinato.js";
import { startWorkerProgram } from "../following/worker-program.js";

const serverCheckMs = 500;
const workerPauseMs = 1000;

const stopped =
  "The worker stops because `ostinato down` stopped the Temporal server. Start both again with `ostinato up`.";

export const up: CliCommand = {
  settings: ["dataFolder"],
  flags: telemetryFlags,
  async run(invocation) {
    const terminal = { ...invocation.terminal, environment: telemetryEnvironment(invocation) };
    const { openDataFolder } = await import("../../src/storage/data-folder.js");
    const { path: dataFolder } = await openDataFolder(
      settingsOf(invocation, ["dataFolder"]).dataFolder,
    );
    const cutting = new AbortController();
    const interruption = untilInterrupted(() => {
      cutting.abort();
    });
    const ending = new AbortController();
    const signal = AbortSignal.any([interruption.signal, ending.signal]);
    try {
      const local = await withOstinato(terminal, async (ostinato) => {
        saySetUp(ostinato, dataFolder, terminal);
        return ostinato.local;
      });
      const onStopped = (): void => {
        terminal.talk(stopped);
        ending.abort();
      };
      await Promise.all([
        keepWorker({ ...terminal, dataFolder }, { signal, cutting: cutting.signal }),
        ...(local ? [keepServer(terminal, { signal, onStopped })] : []),
      ]);
      const goesOn = local && !ending.signal.aborted;
      terminal.talk(
        goesOn
          ? "The worker has stopped. The Temporal server keeps running. Stop it with `ostinato down`."
          : "The worker has stopped.",
      );
      return exitCodes.done;
    } finally {
      interruption.stop();
    }
  },
};

function saySetUp({ address, webUi }: Ostinato, dataFolder: string, { talk }: Terminal): void {
  talk(`Temporal server: ${address}`);
  if (webUi !== undefined) talk(`Web UI:          ${webUi}`);
  talk(`Data folder:     ${dataFolder}`);
  talk("Press Ctrl-C to stop the worker. Experiments wait until another worker runs.");
}

interface WorkerKeeping {
  readonly signal: AbortSignal;
  /** Fires when the command stops waiting for calls in flight. */
  readonly cutting: AbortSignal;
}

async function keepWorker(
  terminal: Terminal & { readonly dataFolder: string },
  { signal, cutting }: WorkerKeeping,
): Promise<void> {
  while (!signal.aborted) {
    const program = startWorkerProgram(terminal);
    signal.addEventListener("abort", program.stop);
    cutting.addEventListener("abort", program.cutShort);
    const end = await program.ended;
    signal.removeEventListener("abort", program.stop);
    cutting.removeEventListener("abort", program.cutShort);
    if (isAborted(signal)) return;
    terminal.talk(`The worker ended with ${end}. Restarting it.`);
    await pause(workerPauseMs, signal);
  }
}

interface ServerKeeping {
  readonly signal: AbortSignal;
  /** Called if `ostinato down` has stopped the server, which must then not be restarted. */
  readonly onStopped: () => void;
}

/** Restarts a local server that is gone. The worker reconnects by itself. */
async function keepServer(terminal: Terminal, { signal, onStopped }: ServerKeeping): Promise<void> {
  const { isOstinatoStopped } = await import("../../src/client/stop-ostinato.js");
  const { isServerless } = await import("../../src/client/connection/connect.js");
  let isWhole = true;
  while (!signal.aborted) {
    await pause(serverCheckMs, signal);
    if (isAborted(signal)) return;
    if (await isOstinatoStopped(terminal.environment)) {
      onStopped();
      return;
    }
    try {
      if (isWhole && !(await isServerless(terminal.environment))) continue;
      isWhole = false;
      await withOstinato(terminal, async () => undefined);
      isWhole = true;
    } catch (error) {
      terminal.talk(error instanceof Error ? error.message : String(error));
    }
  }
}

/**
 * Returns the state of the signal. It is a function, because the compiler would assume that an
 * earlier check still holds.
 */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  await sleep(durationMs, undefined, { signal }).catch(() => undefined);
}
