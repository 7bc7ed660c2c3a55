import { longestTimerMs } from "../../src/domain/longest-timer.js";

/**
 * Waits end at multiples of this time in ms, so that calls with slots close together start
 * together. At 1,000 calls per second, waking up for each of them cost an eighth of the worker's
 * processor time.
 */
const togetherMs = 10;

/**
 * Resolves at a time on this machine's clock, or less than 10 ms later. Rejects with the signal's
 * reason. It is a single promise, because each waiting record has one.
 */
export function sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const wakeAtMs = Math.ceil(atMs / togetherMs) * togetherMs;
    let timer: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      clearTimeout(timer);
      // The reason of an AbortSignal is whatever its owner gave, here the SDK's CancelledFailure.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(signal.reason);
    };
    const look = (): void => {
      const nowMs = Date.now();
      if (nowMs < atMs) {
        timer = setTimeout(look, Math.min(wakeAtMs - nowMs, longestTimerMs));
        return;
      }
      signal.removeEventListener("abort", onAbort);
      resolve();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    look();
  });
}
