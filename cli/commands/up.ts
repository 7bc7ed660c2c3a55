import { setTimeout as sleep } from "node:timers/promises";
import type { Ostinato } from "../../src/index.js";
import { connect } from "../../src/index.js";
import type { CliCommand } from "../command.js";
import { exitCodes } from "../exit-codes.js";
import type { Terminal } from "../output/terminal.js";
import { untilInterrupted } from "../until-interrupted.js";
import { withOstinato } from "../with-ostinato.js";
import { startWorkerProgram } from "../worker-program.js";

const serverCheckMs = 5000;
const workerPauseMs = 1000;

export const up: CliCommand = {
  settings: [],
  async run({ terminal }) {
    const interruption = untilInterrupted();
    const { signal } = interruption;
    try {
      const local = await withOstinato(terminal, async (ostinato) => {
        saySetUp(ostinato, terminal);
        return ostinato.local;
      });
      await Promise.all([
        keepWorker(terminal, signal),
        ...(local ? [keepServer(terminal, signal)] : []),
      ]);
      if (local) {
        terminal.talk(
          "The worker has ended. The Temporal server goes on; `ostinato down` ends it.",
        );
      } else {
        terminal.talk("The worker has ended.");
      }
      return exitCodes.done;
    } finally {
      interruption.stop();
    }
  },
};

function saySetUp({ address, webUi }: Ostinato, { talk }: Terminal): void {
  talk(`Temporal server: ${address}`);
  if (webUi !== undefined) talk(`Web UI:          ${webUi}`);
  talk("Ctrl-C ends the worker; experiments wait until the next one.");
}

async function keepWorker(terminal: Terminal, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const program = startWorkerProgram(terminal);
    signal.addEventListener("abort", program.stop);
    const end = await program.ended;
    signal.removeEventListener("abort", program.stop);
    if (isAborted(signal)) return;
    terminal.talk(`The worker ended with ${end} and is started again.`);
    await pause(workerPauseMs, signal);
  }
}

/** The worker connects again by itself; a local server that is gone must be started. */
async function keepServer(terminal: Terminal, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(serverCheckMs, signal);
    if (isAborted(signal)) return;
    try {
      const ostinato = await connect({ env: terminal.environment, onNotice: terminal.talk });
      await ostinato.close();
    } catch (error) {
      terminal.talk(error instanceof Error ? error.message : String(error));
    }
  }
}

/** A call, so that the compiler does not take an earlier look for granted. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  await sleep(durationMs, undefined, { signal }).catch(() => undefined);
}
