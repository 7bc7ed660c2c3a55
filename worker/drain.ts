import type { CallsInFlight } from "../activities/sending/calls-in-flight.js";
import type { Ending } from "../src/local-server/worker/worker-files.js";

export interface DrainOptions {
  readonly calls: Pick<CallsInFlight<unknown>, "count" | "endsByMs">;
  /** How long all else may take, once no call is in flight. */
  readonly graceMs: number;
  /** Told at once and whenever the count of calls has changed. */
  readonly onChange: (ending: Ending) => void;
  /** Called where the process must end although it has something left. */
  readonly giveUp: (left: Ending) => void;
}

/** For the line of the last answer to reach the disk. */
const recordMs = 5_000;
const lookEveryMs = 200;

/**
 * Watches over a process that was told to end. Its calls in flight end first, each within its own timeout, and are
 * recorded. Returns what stops the watch.
 */
export function drain({ calls, graceMs, onChange, giveUp }: DrainOptions): () => void {
  let busyAtMs = Date.now();
  let known: number | undefined;
  const look = (): void => {
    const nowMs = Date.now();
    const ending = { calls: calls.count(), endsByMs: calls.endsByMs() };
    if (ending.calls > 0) busyAtMs = nowMs;
    if (ending.calls !== known) onChange(ending);
    known = ending.calls;
    const lastMs = ending.calls > 0 ? ending.endsByMs + recordMs : busyAtMs + graceMs;
    if (nowMs >= lastMs) giveUp(ending);
  };
  look();
  const timer = setInterval(look, lookEveryMs);
  return () => {
    clearInterval(timer);
  };
}
