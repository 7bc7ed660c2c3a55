/**
 * Returns the minimum number of characters to insert, remove or replace to turn one text into the
 * other.
 */
export function levenshteinDistance(one: string, other: string): number {
  let [short, long] = [characters(one), characters(other)];
  if (short.length > long.length) [short, long] = [long, short];
  // Equal characters at both ends do not count.
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  let end = 0;
  while (end < short.length - start && short.at(-1 - end) === long.at(-1 - end)) end += 1;
  short = short.subarray(start, short.length - end);
  long = long.subarray(start, long.length - end);
  const row = Uint32Array.from({ length: short.length + 1 }, (_, column) => column);
  for (const character of long) takeCharacter(row, short, character);
  return row[short.length] ?? 0;
}

export function characters(text: string): Uint32Array {
  return Uint32Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

/**
 * Extends the second text by one character. `row` has the distances of the second text to each
 * prefix of `short`.
 */
function takeCharacter(row: Uint32Array, short: Uint32Array, character: number): void {
  let diagonal = row[0] ?? 0;
  let left = diagonal + 1;
  row[0] = left;
  for (let column = 1; column < row.length; column += 1) {
    const above = row[column] ?? 0;
    const replaced = short[column - 1] === character ? diagonal : diagonal + 1;
    left = Math.min(above + 1, left + 1, replaced);
    row[column] = left;
    diagonal = above;
  }
}
