import { sleepUntil } from "./sleep-until.js";

/** A record of a slice that has not been started yet. */
export interface Start<Result> {
  /** Returns the time of its slot, on this machine's clock; `undefined` if it needs none. */
  readonly slotAtMs: () => number | Promise<number> | undefined;
  readonly send: () => Promise<Result>;
}

/** Time in ms before a slot at which its record is read and prepared. */
const aheadMs = 300;

/**
 * Starts the records of a slice one by one, each shortly before its slot. Slots reach seconds
 * ahead, and at high rates thousands of prepared records would keep the garbage collector busy.
 * Once the signal fires, all remaining records start at once and find out that they must not be
 * sent.
 */
export async function startInTurn<Result>(
  starts: readonly Start<Result>[],
  signal: AbortSignal,
): Promise<readonly Promise<Result>[]> {
  const started: Promise<Result>[] = [];
  for (const { slotAtMs, send } of starts) {
    const startAtMs = ((await slotAtMs()) ?? 0) - aheadMs;
    if (startAtMs > Date.now()) await sleepUntil(startAtMs, signal).catch(() => undefined);
    const sent = send();
    // The caller handles a rejection after all starts.
    sent.catch(() => undefined);
    started.push(sent);
  }
  return started;
}
