/**
 * Runs a call with a signal of its own: vendors' clients leave their listeners on the signal that they get, and the
 * caller's may live much longer than the call. Throws the signal's reason where it has fired already.
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
