/**
 * Returns the name that a mistyped name most likely means, or `undefined` if no name is similar
 * enough.
 */
export function nearestMatch(given: string, names: Iterable<string>): string | undefined {
  const wanted = given.toLowerCase();
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(wanted.length * 0.4)) + 1;
  for (const name of names) {
    const distance = editDistance(wanted, name.toLowerCase());
    if (distance < least) {
      least = distance;
      nearest = name;
    }
  }
  return nearest;
}

/**
 * Returns a hint for a message about an unknown name: `Did you mean "openai"?`, or if no name is
 * similar, `Known: "openai", "test".`
 * @param mark formats a name in the message.
 * @default in double quotes
 */
export function hintOf(
  given: string,
  known: readonly string[],
  mark = (name: string): string => JSON.stringify(name),
): string {
  const nearest = nearestMatch(given, known);
  if (nearest !== undefined) return `Did you mean ${mark(nearest)}?`;
  return `Known: ${known.map((name) => mark(name)).join(", ")}.`;
}

/** Formats a name as code or as a word of a settings file. */
export function inBackticks(name: string): string {
  return `\`${name}\``;
}

/** Returns the number of letters to insert, remove, replace, or swap with a neighbor. */
export function editDistance(one: string, other: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        cell(previous, column) + 1,
        cell(current, column - 1) + 1,
        cell(previous, column - 1) + (same ? 0 : 1),
        swapped ? cell(beforePrevious, column - 2) + 1 : Infinity,
      );
    }
    beforePrevious = previous;
    previous = current;
  }
  return cell(previous, other.length);
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
