/** Functions of the examples' steps: each gets a row and returns the columns that it adds. */

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
