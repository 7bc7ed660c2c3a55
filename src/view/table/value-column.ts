import type { RowValue } from "../../domain/report/report-row.js";
import type { SavedArrays } from "../../storage/lines/array-file.js";
import { grownTo } from "../../storage/lines/grown-to.js";
import { sortByNumber } from "./sort-by-number.js";

/** Maximum number of different texts. A column with more texts cannot be filtered or sorted. */
const mostTexts = 100_000;

/**
 * The values of one column by place, in a compact form: 8 bytes for numbers, 4 for repeated texts.
 */
export class ValueColumn {
  #numbers = new Float64Array();
  /** Number of the text, starting at 1; 0 for no text. */
  #codes = new Uint32Array();
  readonly #texts: string[] = [];
  readonly #codeOf = new Map<string, number>();

  set(place: number, value: RowValue | undefined): void {
    const isText = typeof value === "string";
    if (!isText && (value !== undefined || place < this.#numbers.length)) {
      this.#numbers = grownTo(this.#numbers, place, Number.NaN);
      this.#numbers[place] = value === undefined ? Number.NaN : Number(value);
    }
    if (isText || place < this.#codes.length) {
      this.#codes = grownTo(this.#codes, place);
      this.#codes[place] = isText ? this.#code(value) : 0;
    }
    if (isText && place < this.#numbers.length) this.#numbers[place] = Number.NaN;
  }

  numberAt(place: number): number | undefined {
    const value = this.#numbers[place];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  /** Returns a function that is true for a place with one of the texts. */
  isOneOf(texts: readonly string[]): (place: number) => boolean {
    const wanted = new Uint8Array(this.#texts.length + 1);
    for (const text of texts) wanted[this.#codeOf.get(text) ?? 0] = 1;
    wanted[0] = 0;
    const codes = this.#codes;
    return (place) => wanted[codes[place] ?? 0] === 1;
  }

  /**
   * Sorts places: numbers come before texts, places without a value last in both directions. Equal
   * values keep their order.
   */
  sorted(places: Uint32Array, descending: boolean): Uint32Array {
    const ranks = this.#ranks();
    const numbers = new Part(places.length);
    const texts = new Part(places.length);
    const without = new Part(places.length);
    for (let index = 0; index < places.length; index += 1) {
      const place = places[index] ?? 0;
      const number = this.#numbers[place] ?? Number.NaN;
      const rank = ranks[this.#codes[place] ?? 0] ?? 0;
      if (rank !== 0) texts.add(place, rank);
      else if (Number.isNaN(number)) without.add(place, 0);
      else numbers.add(place, number);
    }
    const parts = [numbers.sorted(descending), texts.sorted(descending)];
    return joined([...(descending ? parts.reverse() : parts), without.places]);
  }

  /** @param places number of places to save */
  save(places: number): SavedArrays {
    return {
      facts: { texts: this.#texts },
      arrays: {
        numbers: this.#numbers.subarray(0, places),
        codes: this.#codes.subarray(0, places),
      },
    };
  }

  restore({ facts, arrays }: SavedArrays): void {
    // The facts are ours: only `save` writes them.
    for (const text of (facts as { texts: readonly string[] }).texts) this.#code(text);
    this.#numbers = arrays["numbers"] as Float64Array<ArrayBuffer>;
    this.#codes = arrays["codes"] as Uint32Array<ArrayBuffer>;
  }

  #code(text: string): number {
    const known = this.#codeOf.get(text);
    if (known !== undefined || this.#texts.length >= mostTexts) return known ?? 0;
    const code = this.#texts.push(text);
    this.#codeOf.set(text, code);
    return code;
  }

  /** Returns the alphabetical rank of each code, starting at 1. */
  #ranks(): Uint32Array {
    const ranks = new Uint32Array(this.#texts.length + 1);
    const order = [...this.#texts.keys()].sort((a, b) =>
      compareTexts(this.#texts[a] ?? "", this.#texts[b] ?? ""),
    );
    for (const [rank, text] of order.entries()) ranks[text + 1] = rank + 1;
    return ranks;
  }
}

/** Places and their keys. */
class Part {
  readonly #places: Uint32Array;
  readonly #keys: Float64Array;
  #count = 0;

  constructor(most: number) {
    this.#places = new Uint32Array(most);
    this.#keys = new Float64Array(most);
  }

  get places(): Uint32Array {
    return this.#places.subarray(0, this.#count);
  }

  add(place: number, key: number): void {
    this.#places[this.#count] = place;
    this.#keys[this.#count] = key;
    this.#count += 1;
  }

  sorted(descending: boolean): Uint32Array {
    return sortByNumber(this.places, this.#keys.subarray(0, this.#count), descending);
  }
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
