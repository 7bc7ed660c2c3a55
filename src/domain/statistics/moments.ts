import type { Interval } from "./interval.js";
import { studentQuantile } from "./student-quantile.js";

/** Count, mean and spread of numbers that are added one by one. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squared deviations from the mean. */
  readonly squares: number;
}

export const noMoments: Moments = { count: 0, mean: 0, squares: 0 };

/**
 * Adds a number. Keeps the precision that a sum of squares would lose. Welford, B. P. (1962),
 * Technometrics 4, 419–420.
 */
export function addToMoments({ count, mean, squares }: Moments, value: number): Moments {
  const deviation = value - mean;
  const next = mean + deviation / (count + 1);
  return { count: count + 1, mean: next, squares: squares + deviation * (value - next) };
}

/**
 * Returns the moments of two samples together. Chan, Golub and LeVeque (1979), "Updating formulae
 * and a pairwise algorithm for computing sample variances".
 */
export function joinMoments(one: Moments, other: Moments): Moments {
  const count = one.count + other.count;
  if (count === 0) return noMoments;
  const distance = other.mean - one.mean;
  const share = other.count / count;
  return {
    count,
    mean: one.mean + distance * share,
    squares: one.squares + other.squares + distance * distance * one.count * share,
  };
}

/**
 * Returns the 95 % interval of the mean by Student's t. `undefined` for fewer than two numbers,
 * because their spread is unknown.
 */
export function studentInterval({ count, mean, squares }: Moments): Interval | undefined {
  if (count < 2) return undefined;
  const reach = studentQuantile(count - 1) * Math.sqrt(squares / (count - 1) / count);
  return { low: mean - reach, high: mean + reach };
}
