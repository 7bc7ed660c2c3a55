import type { Rating } from "./agreement.js";
import { beyondChance, countRatings } from "./agreement.js";

/**
 * How far several raters agree beyond chance. Who gave which rating does not matter, only how many of an item there are.
 * `undefined` of no items, of one rater, and where there is but one rating throughout. Throws where an item has more
 * ratings than another: leave such items out, or use Krippendorff's alpha.
 *
 * Fleiss, J. L. (1971): Measuring nominal scale agreement among many raters. Psychological Bulletin 76, 378–382.
 *
 * @param items the ratings of each
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
