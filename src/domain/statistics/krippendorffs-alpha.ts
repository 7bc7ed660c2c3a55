import type { Rating } from "./agreement.js";
import { countRatings } from "./agreement.js";
import { addToMoments, noMoments } from "./moments.js";

/**
 * Distance of two ratings: all or nothing (nominal), by the ratings between them (ordinal), or by
 * the square of their difference (interval).
 */
export type MeasurementLevel = "nominal" | "ordinal" | "interval";

/**
 * Returns the agreement of any number of raters beyond chance. Raters may leave out items. 1 is
 * full agreement, 0 is chance, below 0 is worse than chance. `undefined` if no item has two
 * ratings, or if there is only one rating throughout. Throws a `TypeError` for a rating that is not
 * a number at the levels `ordinal` and `interval`.
 *
 * Krippendorff, K. (2011): Computing Krippendorff's alpha-reliability.
 * https://repository.upenn.edu/asc_papers/43
 *
 * @param items the ratings of each item; `null` if a rater gave none
 */
export function krippendorffsAlpha(
  items: readonly (readonly (Rating | null)[])[],
  level: MeasurementLevel = "nominal",
): number | undefined {
  // A single rating of an item cannot be compared with another.
  const pairable = items
    .map((ratings) => ratings.filter((rating) => rating !== null))
    .filter((ratings) => ratings.length > 1);
  const all = pairable.flat();
  const totals = countRatings(all);
  if (totals.size < 2) return undefined;
  const disagreement = disagreementAt(level, totals);
  let observed = 0;
  for (const ratings of pairable) observed += disagreement(ratings) / (ratings.length - 1);
  return 1 - ((all.length - 1) * observed) / disagreement(all);
}

/** Sum of the distances of all pairs of ratings. */
type Disagreement = (ratings: readonly Rating[]) => number;

function disagreementAt(
  level: MeasurementLevel,
  totals: ReadonlyMap<Rating, number>,
): Disagreement {
  switch (level) {
    case "nominal":
      return differingPairs;
    case "ordinal": {
      const ranks = middleRanks(totals);
      return (ratings) => squaredDistances(ratings.map((rating) => ranks.get(rating) ?? 0));
    }
    case "interval":
      return (ratings) => squaredDistances(ratings.map(numberOf));
  }
}

function differingPairs(ratings: readonly Rating[]): number {
  let equal = 0;
  for (const times of countRatings(ratings).values()) equal += times ** 2;
  return (ratings.length ** 2 - equal) / 2;
}

/**
 * Returns the sum over all pairs. It equals the count times the squared deviations from the mean.
 */
function squaredDistances(values: readonly number[]): number {
  const { count, squares } = values.reduce(addToMoments, noMoments);
  return count * squares;
}

/**
 * Returns for each rating the number of lower ratings, plus half of the equal ones. The distance of
 * two ratings is the difference of these ranks.
 */
function middleRanks(totals: ReadonlyMap<Rating, number>): ReadonlyMap<Rating, number> {
  const ranks = new Map<Rating, number>();
  let below = 0;
  for (const [rating, times] of [...totals].sort(([a], [b]) => numberOf(a) - numberOf(b))) {
    ranks.set(rating, below + times / 2);
    below += times;
  }
  return ranks;
}

function numberOf(rating: Rating): number {
  if (typeof rating === "number") return rating;
  throw new TypeError(
    `Expected ratings to be numbers at this level, got ${JSON.stringify(rating)}. Use the level "nominal".`,
  );
}
