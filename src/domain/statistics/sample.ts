import type { Interval } from "./interval.js";
import { addToMoments, joinMoments, noMoments, studentInterval } from "./moments.js";
import type { Moments } from "./moments.js";
import { wilsonInterval } from "./wilson-interval.js";

/** Estimates the mean of numbers that arrive one by one, in constant memory. */
export interface Sample {
  add: (value: number) => void;
  /** Returns all data for the estimate, as JSON. */
  sums: () => SampleSums;
  /** Returns `undefined` for no numbers. */
  estimate: () => Estimate | undefined;
}

export interface SampleSums {
  readonly moments: Moments;
  readonly ones: number;
  /** True if every number is 0 or 1. */
  readonly isBinary: boolean;
}

const noSums: SampleSums = { moments: noMoments, ones: 0, isBinary: true };

export interface Estimate {
  readonly count: number;
  readonly mean: number;
  /** 95 % interval of the mean; absent for a single number other than 0 and 1. */
  readonly interval?: Interval & {
    /** `wilson` if every number is 0 or 1, otherwise Student's `t`. */
    readonly method: "wilson" | "t";
  };
}

export function createSample(): Sample {
  let sums = noSums;
  return {
    add(value) {
      sums = {
        moments: addToMoments(sums.moments, value),
        ones: sums.ones + Number(value === 1),
        isBinary: sums.isBinary && (value === 0 || value === 1),
      };
    },
    sums: () => sums,
    estimate: () => estimateOf(sums),
  };
}

/** Returns `undefined` for no numbers. */
export function estimateOf({ moments, ones, isBinary }: SampleSums): Estimate | undefined {
  const { count, mean } = moments;
  if (count === 0) return undefined;
  if (isBinary) {
    const interval = { ...wilsonInterval(ones, count), method: "wilson" } as const;
    return { count, mean: ones / count, interval };
  }
  const interval = studentInterval(moments);
  return { count, mean, ...(interval && { interval: { ...interval, method: "t" } }) };
}

/** Returns the sums of two samples together. */
export function joinSums(one: SampleSums, other: SampleSums): SampleSums {
  return {
    moments: joinMoments(one.moments, other.moments),
    ones: one.ones + other.ones,
    isBinary: one.isBinary && other.isBinary,
  };
}
