/**
 * Functions of the examples' steps. Those of `global` steps get all rows and yield rows; the others
 * get a row and return the columns that they add.
 */

/** The number of words in each generation. */
export function words({ generations }) {
  return { words: generations.map((text) => (text ?? "").split(/\s+/).filter(Boolean).length) };
}

/** The answer that the judge rated best, and the one that it rated worst. */
export function chooseBest({ generations, rating }) {
  const best = rating.scores.indexOf(Math.max(...rating.scores));
  const worst = rating.scores.indexOf(Math.min(...rating.scores));
  return { chosen: generations[best], rejected: generations[worst] };
}

/** Drops each row whose answer an earlier row has. */
export async function* distinct(rows) {
  const seen = new Set();
  for await (const row of rows) {
    if (seen.has(row.generation)) continue;
    seen.add(row.generation);
    yield row;
  }
}

/** The rows by score, the best first, with their ranks. */
export async function* ranked(rows) {
  const all = [];
  for await (const row of rows) all.push(row);
  all.sort((a, b) => Number(b.score) - Number(a.score));
  for (const [index, row] of all.entries()) yield { ...row, rank: index + 1 };
}
