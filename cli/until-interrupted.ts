const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals back to Node: the next Ctrl-C ends the process. */
  readonly stop: () => void;
}

/** Aborts at the first Ctrl-C (or the like); the second one ends the process at once. */
export function untilInterrupted(): Interruption {
  const controller = new AbortController();
  const stop = (): void => {
    for (const signal of signals) process.off(signal, interrupt);
  };
  const interrupt = (): void => {
    stop();
    controller.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  return { signal: controller.signal, stop };
}
