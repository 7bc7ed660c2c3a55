import type { Rating } from "./agreement.js";
import { countRatings } from "./agreement.js";
import { addToMoments, noMoments } from "./moments.js";

/** How far two ratings are apart: not at all or fully; by the ratings between them; by the square of their distance. */
export type MeasurementLevel = "nominal" | "ordinal" | "interval";

/**
 * How far any number of raters agree beyond chance, also where some have not rated every item: 1 always, 0 as chance
 * would, below 0 less. `undefined` where no item has two ratings, and where there is but one rating throughout.
 * Throws a `TypeError` for a rating that is no number at the levels `ordinal` and `interval`.
 *
 * Krippendorff, K. (2011): Computing Krippendorff's alpha-reliability. https://repository.upenn.edu/asc_papers/43
 *
 * @param items the ratings of each; `null` where a rater gave none
 */
export function krippendorffsAlpha(
  items: readonly (readonly (Rating | null)[])[],
  level: MeasurementLevel = "nominal",
): number | undefined {
  // A single rating of an item can't be compared with another.
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

/** The distances of all pairs of ratings, summed up. */
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

/** Over all pairs they come to the count times the squared deviations from the mean. */
function squaredDistances(values: readonly number[]): number {
  const { count, squares } = values.reduce(addToMoments, noMoments);
  return count * squares;
}

/** How many ratings lie below each, with half of its own: two are as far apart as their ranks. */
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
