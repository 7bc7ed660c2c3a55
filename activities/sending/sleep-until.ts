/** 24.8 days: a longer timer would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Resolves at a time on this machine's clock. Rejects with the signal's reason. */
export async function sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  for (let waitMs = atMs - Date.now(); waitMs > 0; waitMs = atMs - Date.now()) {
    await sleep(Math.min(waitMs, longestTimerMs), signal);
  }
}

async function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    const onAbort = (): void => {
      end(() => {
        // The reason of an AbortSignal is whatever its owner gave, here the SDK's CancelledFailure.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        reject(signal.reason);
      });
    };
    const timer = setTimeout(() => {
      end(resolve);
    }, durationMs);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
