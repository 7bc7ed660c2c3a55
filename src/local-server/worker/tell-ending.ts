import type { Environment } from "../../domain/environment.js";
import { endingWorkers } from "./worker-files.js";
import type { EndingWorker } from "./worker-files.js";

export interface TellEndingOptions {
  readonly tell: (text: string) => void;
  /** Sentence with the user's options. */
  readonly hint: string;
  /** Pid of the only worker to report on. @default all workers */
  readonly pid?: number | undefined;
}

/** Time in ms before the first report. A shorter wait is not reported. */
const firstAfterMs = 1_000;
const everyMs = 10_000;

/**
 * Reports at intervals on the calls in flight of stopping workers. Returns a function that stops
 * the reports.
 */
export function tellEnding(env: Environment, { tell, hint, pid }: TellEndingOptions): () => void {
  const look = (): void => {
    const workers = endingWorkers(env).filter((one) => pid === undefined || one.pid === pid);
    const text = endingText(workers, Date.now());
    if (text !== undefined) tell(`${text} ${hint}`);
  };
  const first = setTimeout(look, firstAfterMs);
  const further = setInterval(look, everyMs);
  return () => {
    clearTimeout(first);
    clearInterval(further);
  };
}

/** Returns "Waiting for 3 calls in flight, 290 s at most."; `undefined` if no call is in flight. */
export function endingText(
  workers: readonly Pick<EndingWorker, "ending">[],
  nowMs: number,
): string | undefined {
  const calls = workers.reduce((sum, { ending }) => sum + ending.calls, 0);
  if (calls === 0) return undefined;
  const endsByMs = Math.max(...workers.map(({ ending }) => ending.endsByMs));
  const seconds = Math.max(1, Math.ceil((endsByMs - nowMs) / 1_000));
  const what = calls === 1 ? "1 call" : `${calls} calls`;
  return `Waiting for ${what} in flight, ${seconds} s at most.`;
}
