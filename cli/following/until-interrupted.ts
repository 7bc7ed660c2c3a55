const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

interface Interruption {
  readonly signal: AbortSignal;
  /** Removes the signal handlers: the next Ctrl-C ends the process. */
  readonly stop: () => void;
}

/** Under npx, a program gets each Ctrl-C twice: from the terminal, and forwarded by npm. */
const sameWithinMs = 250;

/**
 * Fires at the first Ctrl-C or similar signal; the second one ends the process at once.
 *
 * @param onSecond runs at the second one instead; a third one then ends the process
 */
export function untilInterrupted(onSecond?: () => void): Interruption {
  const controller = new AbortController();
  const stop = (): void => {
    for (const signal of signals) process.off(signal, interrupt);
  };
  let count = 0;
  let lastMs = -Infinity;
  // The listener stays after the first signal: a library that restores the cursor ends the process
  // if there is no other listener.
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
