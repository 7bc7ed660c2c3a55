import type { Interval } from "./interval.js";
import { wilsonInterval } from "./wilson-interval.js";

/** Counts of pairs of zeros and ones: both 1, only the first 1, only the second 1, neither. */
export interface PairCounts {
  readonly both: number;
  readonly firstOnly: number;
  readonly secondOnly: number;
  readonly neither: number;
}

/**
 * Returns the 95 % interval of the second share minus the first, for two proportions of the same
 * cases. The interval stays within −1 … 1, and has a width even if no pair differs.
 *
 * Newcombe, R. G. (1998): Improved confidence intervals for the difference between binomial
 * proportions based on paired data. Statistics in Medicine 17, 2635–2650, method 10.
 *
 * @param pairs counts with at least one pair
 */
export function newcombeInterval(pairs: PairCounts): Interval {
  const { both, firstOnly, secondOnly, neither } = pairs;
  const count = both + firstOnly + secondOnly + neither;
  const first = spread(both + firstOnly, count);
  const second = spread(both + secondOnly, count);
  const difference = second.share - first.share;
  const correlation = correlationOf(pairs, count);
  const reach = (up: number, down: number): number =>
    Math.sqrt(Math.max(0, up * up - 2 * correlation * up * down + down * down));
  return {
    low: difference - reach(second.below, first.above),
    high: difference + reach(second.above, first.below),
  };
}

interface Spread {
  readonly share: number;
  /** Distance from the share to its interval's low end. */
  readonly below: number;
  readonly above: number;
}

function spread(ones: number, count: number): Spread {
  const share = ones / count;
  const { low, high } = wilsonInterval(ones, count);
  return { share, below: share - low, above: high - share };
}

function correlationOf(
  { both, firstOnly, secondOnly, neither }: PairCounts,
  count: number,
): number {
  const product =
    (both + firstOnly) * (secondOnly + neither) * (both + secondOnly) * (firstOnly + neither);
  if (product === 0) return 0;
  const excess = both * neither - firstOnly * secondOnly;
  const corrected = excess > 0 ? Math.max(0, excess - count / 2) : excess;
  return corrected / Math.sqrt(product);
}
