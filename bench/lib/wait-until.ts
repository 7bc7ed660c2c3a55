import { setTimeout as sleep } from "node:timers/promises";

/** Epoch milliseconds with fractions, of the same clock as the counting server's. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

export interface Wait {
  /** For the message: what did not come. */
  readonly what: string;
  readonly timeoutMs: number;
  /** @default 50 */
  readonly everyMs?: number;
}

/** Asks again and again until the answer is neither `undefined` nor `false`; throws when it does not come in time. */
export async function waitUntil<T>(
  ask: () => T | Promise<T>,
  { what, timeoutMs, everyMs = 50 }: Wait,
): Promise<Exclude<T, undefined | false>> {
  const end = now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    // The loose comparison narrows to what the caller waited for.
    if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    if (now() >= end) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
    await sleep(everyMs);
  }
}
