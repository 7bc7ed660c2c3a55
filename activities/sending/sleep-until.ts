import { longestTimerMs } from "../../src/domain/longest-timer.js";

/**
 * Resolves at a time on this machine's clock. Rejects with the signal's reason. It is a single
 * promise, because each waiting record has one.
 */
export function sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      clearTimeout(timer);
      // The reason of an AbortSignal is whatever its owner gave, here the SDK's CancelledFailure.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(signal.reason);
    };
    const look = (): void => {
      const waitMs = atMs - Date.now();
      if (waitMs > 0) {
        timer = setTimeout(look, Math.min(waitMs, longestTimerMs));
        return;
      }
      signal.removeEventListener("abort", onAbort);
      resolve();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    look();
  });
}
