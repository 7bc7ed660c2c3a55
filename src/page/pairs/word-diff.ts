import { diffWordsWithSpace } from "diff";

/** A stretch of text that both texts have, or only one of them. */
export interface DiffPart {
  readonly text: string;
  readonly in: "both" | "first" | "second";
}

/** Maximum length in characters. Longer texts could block the page. */
const longestText = 100_000;
const patienceMs = 400;

/** Returns the words that differ; `undefined` for texts that are too long or too different. */
export function wordDiff(first: string, second: string): readonly DiffPart[] | undefined {
  if (Math.max(first.length, second.length) > longestText) return undefined;
  const changes = diffWordsWithSpace(first, second, { timeout: patienceMs });
  return changes?.map(({ value, added, removed }) => ({
    text: value,
    in: added ? "second" : removed ? "first" : "both",
  }));
}

const excerptLength = 420;
const contextLength = 60;

/** Returns the parts of two texts from shortly before their first difference on. */
export function excerpts(first: string, second: string): readonly [first: string, second: string] {
  const start = startOf(first, commonStart(first, second));
  const cut = (text: string): string => {
    const end = text.length > start + excerptLength ? " …" : "";
    return `${start > 0 ? "… " : ""}${text.slice(start, start + excerptLength)}${end}`;
  };
  return [cut(first), cut(second)];
}

function commonStart(first: string, second: string): number {
  const longest = Math.min(first.length, second.length);
  let length = 0;
  while (length < longest && first[length] === second[length]) length += 1;
  return length;
}

/** Returns the start of a word, some words before the difference. */
function startOf(text: string, difference: number): number {
  if (difference <= 2 * contextLength) return 0;
  const from = difference - contextLength;
  const space = text.indexOf(" ", from);
  return space === -1 || space >= difference ? from : space + 1;
}
