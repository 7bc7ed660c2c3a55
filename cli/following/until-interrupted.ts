const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the signals back to Node: the next Ctrl-C ends the process. */
  readonly stop: () => void;
}

/** A program that runs under npx gets each Ctrl-C twice: from the terminal, and from npm, which passes it on. */
const sameWithinMs = 250;

/**
 * Aborts at the first Ctrl-C (or the like); the second one ends the process at once.
 *
 * @param onSecond what the second one does instead; a third then ends the process
 */
export function untilInterrupted(onSecond?: () => void): Interruption {
  const controller = new AbortController();
  const stop = (): void => {
    for (const signal of signals) process.off(signal, interrupt);
  };
  let count = 0;
  let lastMs = -Infinity;
  // Stays at the first: a library that restores the cursor ends the process where it finds nobody else listening.
  const interrupt = (signal: NodeJS.Signals): void => {
    const sinceLastMs = performance.now() - lastMs;
    lastMs = performance.now();
    if (sinceLastMs < sameWithinMs) return;
    count += 1;
    if (count === 1) {
      controller.abort();
      return;
    }
    if (count === 2 && onSecond) {
      onSecond();
      return;
    }
    stop();
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, interrupt);
  return { signal: controller.signal, stop };
}
