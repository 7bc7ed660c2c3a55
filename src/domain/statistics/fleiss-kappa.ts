import type { Rating } from "./agreement.js";
import { beyondChance, countRatings } from "./agreement.js";

/**
 * Returns the agreement of several raters beyond chance. Only the number of each rating per item
 * matters, not the rater. Returns `undefined` for no items, for one rater, and if all ratings are
 * the same. Throws if items have different numbers of ratings: leave such items out, or use
 * Krippendorff's alpha.
 *
 * Fleiss, J. L. (1971): Measuring nominal scale agreement among many raters. Psychological Bulletin
 * 76, 378–382.
 *
 * @param items the ratings of each item
 */
export function fleissKappa(items: readonly (readonly Rating[])[]): number | undefined {
  const raters = items[0]?.length ?? 0;
  const uneven = items.findIndex((ratings) => ratings.length !== raters);
  if (uneven !== -1) {
    const found = items[uneven]?.length ?? 0;
    throw new RangeError(
      `Expected ${raters} ratings of every item, as of the first, got ${found} of item ${uneven + 1}.`,
    );
  }
  if (raters < 2) return undefined;
  let agreeing = 0;
  for (const ratings of items) {
    for (const times of countRatings(ratings).values()) agreeing += times * (times - 1);
  }
  const given = items.length * raters;
  let byChance = 0;
  for (const times of countRatings(items.flat()).values()) byChance += times * times;
  return beyondChance(agreeing / (given * (raters - 1)), byChance / (given * given));
}
