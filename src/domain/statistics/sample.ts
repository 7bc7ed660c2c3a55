import type { Interval } from "./interval.js";
import { addToMoments, noMoments, studentInterval } from "./moments.js";
import { wilsonInterval } from "./wilson-interval.js";

/** What numbers that come one by one tell, in constant memory. */
export interface Sample {
  add: (value: number) => void;
  /** `undefined` of none. */
  estimate: () => Estimate | undefined;
}

export interface Estimate {
  readonly count: number;
  readonly mean: number;
  /** Of the mean, 95 %; absent of a single number other than 0 and 1. */
  readonly interval?: Interval & {
    /** `wilson` where every number is 0 or 1, else Student's `t`. */
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
