import type { Rating } from "./agreement.js";
import { beyondChance, countRatings } from "./agreement.js";

/**
 * Returns the agreement of two raters beyond chance on the items that both rated: 1 is full
 * agreement, 0 is chance, below 0 is worse than chance. `undefined` if there are no items, or if
 * both always gave the same single rating.
 *
 * Cohen, J. (1960): A coefficient of agreement for nominal scales. Educational and Psychological
 * Measurement 20, 37–46.
 *
 * @param pairs one pair per item
 */
export function cohensKappa(pairs: readonly (readonly [Rating, Rating])[]): number | undefined {
  const count = pairs.length;
  if (count === 0) return undefined;
  const first = countRatings(pairs.map(([rating]) => rating));
  const second = countRatings(pairs.map(([, rating]) => rating));
  const agreed = pairs.filter(([one, other]) => one === other).length;
  let byChance = 0;
  for (const [rating, times] of first) byChance += times * (second.get(rating) ?? 0);
  return beyondChance(agreed / count, byChance / (count * count));
}
