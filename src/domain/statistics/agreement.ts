/** What one rater said of one item. Labels and numbers are told apart: `1` is not `"1"`. */
export type Rating = string | number;

export function countRatings(ratings: Iterable<Rating>): Map<Rating, number> {
  const counts = new Map<Rating, number>();
  for (const rating of ratings) counts.set(rating, (counts.get(rating) ?? 0) + 1);
  return counts;
}

/** The part of what chance leaves open that was reached; `undefined` where chance leaves nothing open. */
export function beyondChance(observed: number, expected: number): number | undefined {
  return expected === 1 ? undefined : (observed - expected) / (1 - expected);
}
