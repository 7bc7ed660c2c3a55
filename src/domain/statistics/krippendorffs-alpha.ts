import type { Rating } from "./agreement.js";
import { countRatings } from "./agreement.js";

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
  const totals = countRatings(pairable.flat());
  const distance = distanceAt(level, totals);
  const count = pairable.reduce((sum, ratings) => sum + ratings.length, 0);
  const expected = disagreement(totals, distance);
  if (expected === 0) return undefined;
  let observed = 0;
  for (const ratings of pairable) {
    observed += disagreement(countRatings(ratings), distance) / (ratings.length - 1);
  }
  return 1 - ((count - 1) * observed) / expected;
}

type Distance = (one: Rating, other: Rating) => number;

/** Summed over the pairs of different ratings. */
function disagreement(counts: ReadonlyMap<Rating, number>, distance: Distance): number {
  const entries = [...counts];
  let sum = 0;
  entries.forEach(([one, times], index) => {
    for (const [other, otherTimes] of entries.slice(index + 1)) {
      sum += times * otherTimes * distance(one, other);
    }
  });
  return sum;
}

function distanceAt(level: MeasurementLevel, totals: ReadonlyMap<Rating, number>): Distance {
  switch (level) {
    case "nominal":
      return (one, other) => (one === other ? 0 : 1);
    case "ordinal":
      return ordinalDistance(totals);
    case "interval":
      return (one, other) => (numberOf(one) - numberOf(other)) ** 2;
  }
}

/** The square of how many ratings lie between two, with half of each of the two's own. */
function ordinalDistance(totals: ReadonlyMap<Rating, number>): Distance {
  const middles = new Map<Rating, number>();
  let below = 0;
  for (const [rating, times] of [...totals].sort(([a], [b]) => numberOf(a) - numberOf(b))) {
    middles.set(rating, below + times / 2);
    below += times;
  }
  return (one, other) => ((middles.get(one) ?? 0) - (middles.get(other) ?? 0)) ** 2;
}

function numberOf(rating: Rating): number {
  if (typeof rating === "number") return rating;
  throw new TypeError(
    `Expected ratings to be numbers at this level, got ${JSON.stringify(rating)}. Use the level "nominal".`,
  );
}
