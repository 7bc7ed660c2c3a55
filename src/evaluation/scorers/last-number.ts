/**
 * Numbers in a text. A hyphen within a word, as in `gpt-4`, is not a minus sign. A comma separates
 * thousands or is the decimal point.
 */
const numbers =
  /(?:(?<![\w)])[-+\u2212])?(?:(?<decimal>(?<![\d,])\d+,(?:\d{1,2}|\d{4,})(?![\d,]))|(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?/g;

/**
 * Returns the last number in a text: `-1,234.5` for "It comes to -1,234.5 in all."; `undefined` if
 * there is none.
 */
export function lastNumber(text: string): number | undefined {
  const last = [...text.matchAll(numbers)].at(-1);
  if (!last) return undefined;
  const point = last.groups?.["decimal"] === undefined ? "" : ".";
  const number = Number(last[0].replaceAll(",", point).replace("\u2212", "-"));
  return Number.isFinite(number) ? number : undefined;
}
