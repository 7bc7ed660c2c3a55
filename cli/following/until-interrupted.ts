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
  // Stays at the first: a library that restores the cursor ends the process where it finds nobody else listening.
  const interrupt = (signal: NodeJS.Signals): void => {
    if (!controller.signal.aborted) {
      controller.abort();
      return;
    }
    stop();
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, interrupt);
  return { signal: controller.signal, stop };
}
