/** One rater's rating of one item. Types matter: `1` differs from `"1"`. */
export type Rating = string | number;

export function countRatings(ratings: Iterable<Rating>): Map<Rating, number> {
  const counts = new Map<Rating, number>();
  for (const rating of ratings) counts.set(rating, (counts.get(rating) ?? 0) + 1);
  return counts;
}

/**
 * Returns the agreement beyond chance as a share of the possible one; `undefined` if chance alone
 * gives full agreement.
 */
export function beyondChance(observed: number, expected: number): number | undefined {
  return expected === 1 ? undefined : (observed - expected) / (1 - expected);
}
