import type { Environment } from "../../domain/environment.js";
import { endingWorkers } from "./worker-files.js";
import type { EndingWorker } from "./worker-files.js";

export interface TellEndingOptions {
  readonly tell: (text: string) => void;
  /** What the reader can do about it, in a sentence. */
  readonly hint: string;
  /** Tell of this worker alone. @default all */
  readonly pid?: number | undefined;
}

/** Who has nothing to wait for is not told. */
const firstAfterMs = 1_000;
const everyMs = 10_000;

/** Tells now and then what workers that were told to end wait for. Returns what stops that. */
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

/** "Waiting for 3 calls in flight, 290 s at most."; `undefined` where no call is in flight. */
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
