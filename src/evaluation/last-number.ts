const numbers =
  /(?:(?<!\w)[-+\u2212])?(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?/g;

/** The last number in a text: `-1,234.5` of "It comes to -1,234.5 in all." `undefined` where there is none. */
export function lastNumber(text: string): number | undefined {
  const last = text.match(numbers)?.at(-1);
  return last === undefined ? undefined : Number(last.replaceAll(",", "").replace("\u2212", "-"));
}
