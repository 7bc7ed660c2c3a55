import type { Interval } from "./interval.js";
import { addToMoments, noMoments, studentInterval } from "./moments.js";
import { wilsonInterval } from "./wilson-interval.js";

/** Estimates the mean of numbers that arrive one by one, in constant memory. */
export interface Sample {
  add: (value: number) => void;
  /** Returns `undefined` for no numbers. */
  estimate: () => Estimate | undefined;
}

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
  let moments = noMoments;
  let ones = 0;
  let binary = true;
  return {
    add(value) {
      moments = addToMoments(moments, value);
      binary &&= value === 0 || value === 1;
      if (value === 1) ones += 1;
    },
    estimate() {
      const { count, mean } = moments;
      if (count === 0) return undefined;
      if (binary) {
        const interval = { ...wilsonInterval(ones, count), method: "wilson" } as const;
        return { count, mean: ones / count, interval };
      }
      const interval = studentInterval(moments);
      return { count, mean, ...(interval && { interval: { ...interval, method: "t" } }) };
    },
  };
}
