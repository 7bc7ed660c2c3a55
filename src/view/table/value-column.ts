import type { RowValue } from "../../domain/report/report-row.js";
import { grownTo } from "../../storage/lines/growing.js";
import { sortByNumber } from "./sort-by-number.js";

/** More different texts than this are not kept: such a column cannot be filtered or sorted. */
const mostTexts = 100_000;

/** The values of one column by place, compact: 8 bytes for numbers, 4 for texts that recur. */
export class ValueColumn {
  #numbers = new Float64Array();
  /** 0 for no text, otherwise the number of the text, from 1. */
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

  /** Returns a test of places: true where the column has one of the texts. */
  isOneOf(texts: readonly string[]): (place: number) => boolean {
    const wanted = new Uint8Array(this.#texts.length + 1);
    for (const text of texts) wanted[this.#codeOf.get(text) ?? 0] = 1;
    wanted[0] = 0;
    return (place) => wanted[this.#codes[place] ?? 0] === 1;
  }

  /**
   * Sorts places: numbers before texts, places without a value last in both directions, equal ones
   * in their order.
   */
  sorted(places: Uint32Array, descending: boolean): Uint32Array {
    const ranks = this.#ranks();
    const rankOf = (place: number): number => ranks[this.#codes[place] ?? 0] ?? 0;
    const numberOf = (place: number): number => this.numberAt(place) ?? Number.NaN;
    const numbers = places.filter((place) => !Number.isNaN(numberOf(place)));
    const texts = places.filter((place) => rankOf(place) !== 0);
    const without = places.filter((place) => rankOf(place) === 0 && Number.isNaN(numberOf(place)));
    const parts = [
      sortByNumber(numbers, numberOf, descending),
      sortByNumber(texts, rankOf, descending),
    ];
    return joined([...(descending ? parts.reverse() : parts), without]);
  }

  #code(text: string): number {
    const known = this.#codeOf.get(text);
    if (known !== undefined || this.#texts.length >= mostTexts) return known ?? 0;
    const code = this.#texts.push(text);
    this.#codeOf.set(text, code);
    return code;
  }

  /** The alphabetical rank of each code, from 1. */
  #ranks(): Uint32Array {
    const ranks = new Uint32Array(this.#texts.length + 1);
    const order = [...this.#texts.keys()].sort((a, b) =>
      compareTexts(this.#texts[a] ?? "", this.#texts[b] ?? ""),
    );
    for (const [rank, text] of order.entries()) ranks[text + 1] = rank + 1;
    return ranks;
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
