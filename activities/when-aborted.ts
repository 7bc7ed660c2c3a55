/**
 * Calls `react` once when the signal fires, or at once if it has already fired.
 *
 * @returns a function that prevents later calls of `react`
 */
export function whenAborted(signal: AbortSignal, react: () => void): () => void {
  if (signal.aborted) react();
  else signal.addEventListener("abort", react, { once: true });
  return () => {
    signal.removeEventListener("abort", react);
  };
}

/** Resolves like the work. Rejects with the signal's reason if the signal fires earlier. */
export function untilAborted<Value>(
  work: Value | PromiseLike<Value>,
  signal: AbortSignal,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const forget = whenAborted(signal, () => {
      // The reason of an AbortSignal is whatever its owner gave.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(signal.reason);
    });
    void Promise.resolve(work).then(resolve, reject).finally(forget);
  });
}
