import type { Interval } from "./interval.js";
import { z975 } from "./student-quantile.js";

/**
 * Returns the 95 % score interval of a proportion, without continuity correction. It keeps its
 * coverage for few trials and for shares of 0 and 1, where the usual interval has no width.
 *
 * Wilson, E. B. (1927): Probable inference, the law of succession, and statistical inference. JASA
 * 22, 209–212.
 *
 * @param count number of trials, above 0
 */
export function wilsonInterval(ones: number, count: number): Interval {
  const share = ones / count;
  const squared = (z975 * z975) / count;
  const centre = (share + squared / 2) / (1 + squared);
  const spread = Math.sqrt(share * (1 - share) * squared + (squared * squared) / 4) / (1 + squared);
  return {
    low: ones === 0 ? 0 : centre - spread,
    high: ones === count ? 1 : centre + spread,
  };
}
