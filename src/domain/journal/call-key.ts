/**
 * Identifies a call within its record: the index of a chat's turn, or the journal's key of a row's
 * call (`JournalKeys`).
 */
export type CallKey = number | string;

/** First number of a key. Turns have smaller numbers. */
export const firstKeyNumber = 0x10000;

const lowRange = 2 ** 32;

/**
 * Returns the number of a call in tables and `.positions` files. A turn is its own number. A key
 * has a number of 48 bits, so two calls of one row practically never share it.
 */
export function callNumber(key: CallKey): number {
  if (typeof key === "number") return key;
  const low = fnv1a(key, 0x811c9dc5);
  const high = fnv1a(key, low ^ 0x9e3779b9) & 0xffff;
  const number = high * lowRange + low;
  return number < firstKeyNumber ? number + firstKeyNumber : number;
}

/**
 * Returns the number of a step in `.positions` files. It has 24 bits and is never 0. The chance
 * that any two of a hundred steps share a number is 1 : 3,400.
 */
export function stepNumber(step: string): number {
  return (fnv1a(step, 0x811c9dc5) % 0xffffff) + 1;
}

/** FNV-1a over UTF-16 code units (http://www.isthe.com/chongo/tech/comp/fnv). */
function fnv1a(text: string, basis: number): number {
  let hash = basis >>> 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
