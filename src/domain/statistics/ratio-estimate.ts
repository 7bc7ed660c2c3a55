/**
 * Estimates a total from a sample of pairs. `y` is measured for the sample, and `x` is known for
 * all cases. If every `x` is 1, the estimate uses the mean.
 */
import { studentQuantile } from "./student-quantile.js";

/** Sums over pairs that are added one by one. */
export interface RatioSums {
  readonly count: number;
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

export const noPairs: RatioSums = { count: 0, x: 0, y: 0, xx: 0, xy: 0, yy: 0 };

export function addPair(sums: RatioSums, x: number, y: number): RatioSums {
  return {
    count: sums.count + 1,
    x: sums.x + x,
    y: sums.y + y,
    xx: sums.xx + x * x,
    xy: sums.xy + x * y,
    yy: sums.yy + y * y,
  };
}

/** Returns the measured sum divided by the known sum. */
export function ratioOf({ x, y }: RatioSums): number {
  return x > 0 ? y / x : 0;
}

export interface PredictedTotal {
  readonly value: number;
  /** Distance from `value` to the ends of the 95 % interval; infinite for fewer than two pairs. */
  readonly reach: number;
}

/**
 * Predicts the sum of `y` over `count` further pairs whose `x` add up to `x`. The error has two
 * parts: the error of the ratio, and the random variation of the further pairs. Cochran, W. G.
 * (1977), Sampling Techniques, section 6.3.
 */
export function predictTotal(
  sums: RatioSums,
  further: { readonly x: number; readonly count: number },
): PredictedTotal {
  const ratio = ratioOf(sums);
  const value = ratio * further.x;
  if (sums.count < 2 || sums.x === 0) return { value, reach: Infinity };
  const squares = Math.max(0, sums.yy - 2 * ratio * sums.xy + ratio * ratio * sums.xx);
  const variance = squares / (sums.count - 1);
  const ofRatio = (further.x / sums.x) ** 2 * sums.count;
  const deviation = Math.sqrt(variance * (further.count + ofRatio));
  return { value, reach: studentQuantile(sums.count - 1) * deviation };
}
