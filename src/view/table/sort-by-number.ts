const digitBits = 16;
const digits = 1 << digitBits;
const signBit = 0x8000_0000;
const wordRange = 2 ** 32;

/**
 * Sorts places by a number each. Equal numbers keep their order. It is a radix sort, because
 * comparing a million numbers would take more than 300 ms.
 *
 * @param keys number of each place, in the order of `places`
 */
export function sortByNumber(
  places: Uint32Array,
  keys: Float64Array,
  descending: boolean,
): Uint32Array {
  const range = wholeRange(keys);
  const words = range ? distances(keys, range, descending) : orderedBits(keys, descending);
  return sortByWords(places, words);
}

/**
 * Sorts places by unsigned numbers. The last word is the least significant. Equal numbers keep
 * their order.
 */
export function sortByWords(places: Uint32Array, words: readonly Uint32Array[]): Uint32Array {
  let order = new Uint32Array(places.length);
  for (let index = 0; index < order.length; index += 1) order[index] = index;
  let spare = new Uint32Array(places.length);
  for (const word of words.toReversed()) {
    for (const shift of [0, digitBits]) {
      if (sortByDigit({ order, spare, word, shift })) [order, spare] = [spare, order];
    }
  }
  for (let index = 0; index < order.length; index += 1) {
    spare[index] = places[order[index] ?? 0] ?? 0;
  }
  return spare;
}

interface WholeRange {
  readonly least: number;
  readonly most: number;
}

/** Returns the range of whole numbers that are close together. One word each is then enough. */
function wholeRange(keys: Float64Array): WholeRange | undefined {
  let least = Infinity;
  let most = -Infinity;
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] ?? 0;
    if (!Number.isSafeInteger(key)) return undefined;
    if (key < least) least = key;
    if (key > most) most = key;
  }
  return most - least < wordRange ? { least, most } : undefined;
}

function distances(
  keys: Float64Array,
  { least, most }: WholeRange,
  descending: boolean,
): readonly Uint32Array[] {
  const words = new Uint32Array(keys.length);
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] ?? 0;
    words[index] = descending ? most - key : key - least;
  }
  return [words];
}

/** Returns the bits of the keys. As unsigned numbers, they have the order of the keys. */
function orderedBits(keys: Float64Array, descending: boolean): readonly Uint32Array[] {
  const high = new Uint32Array(keys.length);
  const low = new Uint32Array(keys.length);
  const number = new Float64Array(1);
  const bits = new Uint32Array(number.buffer);
  const littleEnd = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;
  for (let index = 0; index < keys.length; index += 1) {
    // -0 and 0 are equal, but have different bits. Adding 0 turns -0 into 0.
    number[0] = (keys[index] ?? 0) + 0;
    const upper = bits[1 - littleEnd] ?? 0;
    const isNegative = upper >= signBit;
    const flip = isNegative !== descending ? 0xffff_ffff : 0;
    high[index] = (upper ^ flip ^ (isNegative ? 0 : signBit)) >>> 0;
    low[index] = ((bits[littleEnd] ?? 0) ^ flip) >>> 0;
  }
  return [high, low];
}

interface DigitSort {
  readonly order: Uint32Array;
  /** Buffer for the sorted order. */
  readonly spare: Uint32Array;
  readonly word: Uint32Array;
  readonly shift: number;
}

/** Sorts by one digit. Returns false, and sorts nothing, if all digits are the same. */
function sortByDigit({ order, spare, word, shift }: DigitSort): boolean {
  const starts = countDigits(word, shift);
  const { length } = order;
  if (starts.includes(length)) return false;
  for (let digit = 0; digit < digits; digit += 1) {
    starts[digit + 1] = (starts[digit + 1] ?? 0) + (starts[digit] ?? 0);
  }
  for (let index = 0; index < length; index += 1) {
    const item = order[index] ?? 0;
    const digit = ((word[item] ?? 0) >>> shift) & (digits - 1);
    const at = starts[digit] ?? 0;
    spare[at] = item;
    starts[digit] = at + 1;
  }
  return true;
}

/** Counts each digit. The count is stored at the index after the digit. */
function countDigits(word: Uint32Array, shift: number): Uint32Array {
  const counts = new Uint32Array(digits + 1);
  for (let index = 0; index < word.length; index += 1) {
    const next = (((word[index] ?? 0) >>> shift) & (digits - 1)) + 1;
    counts[next] = (counts[next] ?? 0) + 1;
  }
  return counts;
}
