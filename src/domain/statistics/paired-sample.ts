import type { Interval } from "./interval.js";
import { addToMoments, noMoments, studentInterval } from "./moments.js";
import type { PairCounts } from "./newcombe-interval.js";
import { newcombeInterval } from "./newcombe-interval.js";

/**
 * Estimates the change from the first to the second number of pairs that arrive one by one, in
 * constant memory.
 */
export interface PairedSample {
  add: (first: number, second: number) => void;
  /** Returns `undefined` for no pairs. */
  estimate: () => PairedEstimate | undefined;
}

export interface PairedEstimate {
  readonly count: number;
  /** Mean of the first numbers. */
  readonly first: number;
  /** Mean of the second numbers. */
  readonly second: number;
  /** Mean of second − first. */
  readonly difference: number;
  /** 95 % interval of the difference; absent for a single pair of numbers other than 0 and 1. */
  readonly interval?: Interval & {
    /** `newcombe` if every number is 0 or 1, otherwise Student's t on the differences. */
    readonly method: "newcombe" | "paired-t";
  };
}

export function createPairedSample(): PairedSample {
  const pairs: { -readonly [Key in keyof PairCounts]: number } = {
    both: 0,
    firstOnly: 0,
    secondOnly: 0,
    neither: 0,
  };
  let firsts = noMoments;
  let seconds = noMoments;
  let differences = noMoments;
  let binary = true;
  let largest = 0;
  return {
    add(first, second) {
      firsts = addToMoments(firsts, first);
      seconds = addToMoments(seconds, second);
      differences = addToMoments(differences, second - first);
      largest = Math.max(largest, Math.abs(first), Math.abs(second));
      binary &&= isBinary(first) && isBinary(second);
      pairs[placeOf(first === 1, second === 1)] += 1;
    },
    estimate() {
      const { count } = differences;
      if (count === 0) return undefined;
      const means = {
        count,
        first: firsts.mean,
        second: seconds.mean,
        difference: withoutNoise(differences.mean, largest),
      };
      const interval = binary ? newcombeInterval(pairs) : studentInterval(differences);
      if (!interval) return means;
      const low = withoutNoise(interval.low, largest);
      const high = withoutNoise(interval.high, largest);
      return { ...means, interval: { low, high, method: binary ? "newcombe" : "paired-t" } };
    },
  };
}

/**
 * Returns zero for a difference that comes only from the rounding of floating-point numbers.
 *
 * @param largest the largest absolute value of the subtracted numbers
 */
function withoutNoise(difference: number, largest: number): number {
  return Math.abs(difference) <= largest * 1e-12 ? 0 : difference;
}

function isBinary(value: number): boolean {
  return value === 0 || value === 1;
}

function placeOf(first: boolean, second: boolean): keyof PairCounts {
  if (first) return second ? "both" : "firstOnly";
  return second ? "secondOnly" : "neither";
}
