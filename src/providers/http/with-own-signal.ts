/**
 * Runs a call with its own signal. Vendors' clients leave listeners on their signal, and the
 * caller's signal may live much longer than the call. If the caller's signal has already fired,
 * throws its reason.
 */
export async function withOwnSignal<Result>(
  signal: AbortSignal,
  run: (own: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  signal.addEventListener("abort", abort);
  try {
    return await run(controller.signal);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
