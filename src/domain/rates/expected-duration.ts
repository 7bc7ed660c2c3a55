/** An experiment's actual duration and the duration that its limits alone required. */
export interface PaceSample {
  readonly plannedMs: number;
  readonly tookMs: number;
}

/**
 * Estimates an experiment's duration in ms from its limit and from earlier experiments. Each
 * earlier experiment had an overhead that does not grow with its records, for the last answer and
 * the files. It is at most the overhead of the fastest experiment. The time beyond plan and
 * overhead gives a factor for the plan.
 */
export function expectedDurationMs(planned: number, samples: readonly PaceSample[]): number {
  if (samples.length === 0) return planned;
  const beyond = samples.map((sample) => Math.max(0, sample.tookMs - sample.plannedMs));
  const fixedMs = Math.min(...beyond);
  const factors = samples
    .filter((sample) => sample.plannedMs > 0)
    .map((sample) => Math.max(1, (sample.tookMs - fixedMs) / sample.plannedMs));
  return fixedMs + planned * median(factors);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 1;
}
