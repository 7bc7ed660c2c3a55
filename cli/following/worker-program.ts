import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { tellEnding } from "../../src/local-server/worker/tell-ending.js";
import { workerFlags } from "../../src/local-server/worker/worker-flags.js";
import { workerScript } from "../../src/local-server/worker/worker-script.js";
import { workerVariables } from "../../src/local-server/worker/worker-variables.js";
import type { Terminal } from "../output/terminal/terminal.js";

export interface WorkerProgramOptions extends Pick<Terminal, "environment" | "folder" | "talk"> {
  /** Absolute path of its data folder. */
  readonly dataFolder: string;
}

/** A worker in the foreground. */
export interface WorkerProgram {
  /** Resolves with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Stops it after its calls in flight are recorded, and reports the wait. */
  readonly stop: () => void;
  /** Stops it at once. Its calls in flight are lost. */
  readonly cutShort: () => void;
}

const hint = "Press Ctrl-C again to stop now. These calls will be made and paid for again.";

/**
 * A worker in a separate process that shares the terminal, so a command never loads the worker's
 * native code. Ctrl-C reaches only the command, which then stops the worker. If the command is
 * killed, the worker ends because its stdin closes.
 */
export function startWorkerProgram({
  environment,
  folder,
  talk,
  dataFolder,
}: WorkerProgramOptions): WorkerProgram {
  const flags = workerFlags(process.versions.node, availableParallelism());
  const child = spawn(process.execPath, [...flags, workerScript()], {
    cwd: folder,
    detached: true,
    env: {
      ...workerVariables(environment),
      ...environment,
      OSTINATO_DATA_FOLDER: dataFolder,
      OSTINATO_WORKER_ROLE: "foreground",
      OSTINATO_WORKER_PARENT: "stdin",
    },
    stdio: ["pipe", "inherit", "inherit"],
  });
  // If the worker has just died, only its exit matters.
  child.stdin.on("error", () => undefined);
  // Node's `exit` event sets one of the two.
  const ended = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | string);
  const stop = (): void => {
    child.stdin.end();
    void ended.finally(tellEnding(environment, { tell: talk, hint, pid: child.pid }));
  };
  return { ended, stop, cutShort: () => child.kill("SIGKILL") };
}
