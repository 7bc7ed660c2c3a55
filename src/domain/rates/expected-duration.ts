/** How long an experiment took beside what its limits alone ask for. */
export interface PaceSample {
  readonly plannedMs: number;
  readonly tookMs: number;
}

/**
 * What an experiment will take, from its limit and from how earlier ones did beside theirs. Each of those took some time
 * that doesn't grow with its records (the answer to the last one, the files), at most that of the quickest; what else
 * they took beyond their plans makes the factor by which the plan is stretched.
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
