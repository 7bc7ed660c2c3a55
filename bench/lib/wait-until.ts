import { setTimeout as sleep } from "node:timers/promises";

/**
 * Returns the time in ms since the epoch, with fractions, from the same clock as the counting
 * server.
 */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

export interface Wait {
  /** The awaited event, for the message. */
  readonly what: string;
  readonly timeoutMs: number;
  /** Interval in ms between two calls of `ask`. @default 50 */
  readonly everyMs?: number;
}

/** Repeats `ask` until its result is neither `undefined` nor `false`. Throws after the timeout. */
export async function waitUntil<T>(
  ask: () => T | Promise<T>,
  { what, timeoutMs, everyMs = 50 }: Wait,
): Promise<Exclude<T, undefined | false>> {
  const end = now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    // The loose comparison narrows to the awaited type.
    if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    if (now() >= end) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
    await sleep(everyMs);
  }
}
