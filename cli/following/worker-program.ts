import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { tellEnding } from "../../src/local-server/worker/tell-ending.js";
import { workerFlags } from "../../src/local-server/worker/worker-flags.js";
import { workerVariables } from "../../src/local-server/worker/worker-variables.js";
import type { Terminal } from "../output/terminal/terminal.js";

export interface WorkerProgramOptions extends Pick<Terminal, "environment" | "folder" | "talk"> {
  /** The folder that it serves, absolute. */
  readonly dataFolder: string;
}

/** A worker in the foreground. */
export interface WorkerProgram {
  /** Fulfils with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Asks it to end: what it has in flight is recorded first, which is told. */
  readonly stop: () => void;
  /** Ends it at once. What it has in flight is lost. */
  readonly cutShort: () => void;
}

const hint = "Press Ctrl-C again to stop now. These calls will be made and paid for again.";

/**
 * A worker as a process of its own that shares the terminal: a command never loads the worker's native code. Ctrl-C
 * reaches the command alone, which then stops it; a command that is killed takes it along, as its stdin closes.
 */
export function startWorkerProgram({
  environment,
  folder,
  talk,
  dataFolder,
}: WorkerProgramOptions): WorkerProgram {
  const program = fileURLToPath(new URL("../../worker/main.js", import.meta.url));
  const flags = workerFlags(process.versions.node);
  const child = spawn(process.execPath, [...flags, program], {
    cwd: folder,
    detached: true,
    env: {
      ...workerVariables,
      ...environment,
      OSTINATO_DATA_FOLDER: dataFolder,
      OSTINATO_WORKER_ROLE: "foreground",
      OSTINATO_WORKER_PARENT: "stdin",
    },
    stdio: ["pipe", "inherit", "inherit"],
  });
  // Where it has just died, its end is what counts.
  child.stdin.on("error", () => undefined);
  // As Node's `exit` event has them: one of the two is set.
  const ended = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | string);
  const stop = (): void => {
    child.stdin.end();
    void ended.finally(tellEnding(environment, { tell: talk, hint, pid: child.pid }));
  };
  return { ended, stop, cutShort: () => child.kill("SIGKILL") };
}
