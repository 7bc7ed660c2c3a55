/**
 * Quantiles of any number of durations in constant memory, from counts in buckets that are 1 %
 * wide.
 */
export interface Quantiles {
  add: (value: number) => void;
  /** Returns the quantile at `share` (0 to 1), within 1 %; `undefined` if there are no values. */
  at: (share: number) => number | undefined;
}

const growth = Math.log(1.01);
// The buckets cover 1 ms to about 50 days.
const bucketCount = 2300;

export function createQuantiles(): Quantiles {
  const counts = new Float64Array(bucketCount);
  let total = 0;
  return {
    add(value) {
      const bucket =
        value <= 1 ? 0 : Math.min(bucketCount - 1, Math.ceil(Math.log(value) / growth));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      total += 1;
    },
    at(share) {
      if (total === 0) return undefined;
      const rank = Math.max(1, Math.ceil(share * total));
      let seen = 0;
      const bucket = counts.findIndex((count) => (seen += count) >= rank);
      return Math.round(Math.exp((bucket - 0.5) * growth));
    },
  };
}
