/** Resolves at an instant of this machine's clock; rejects with the signal's reason. */
export async function sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const waitMs = atMs - Date.now();
  if (waitMs <= 0) return;
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
    }, waitMs);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
