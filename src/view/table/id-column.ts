import type { SavedArrays } from "../../storage/lines/array-file.js";
import { grownTo } from "../../storage/lines/grown-to.js";
import { textPattern } from "../search/byte-pattern.js";
import { sortByWords } from "./sort-by-number.js";

const lineFeed = 0x0a;
const wordBytes = 4;
/** Number of bytes by which ids are sorted in one pass. */
const keyBytes = 2 * wordBytes;
/** Maximum number of equal keys that are sorted by comparisons. */
const fewEqual = 2_000;

/**
 * The ids of a run's records by place, as UTF-8 in one buffer. Strings would take four times the
 * memory, and a search would visit each of them.
 */
export class IdColumn {
  #bytes = new Uint8Array();
  #used = 0;
  /** Offset of each id, in the order of arrival. Each id ends with a line feed. */
  #starts = new Uint32Array();
  #placeOf = new Uint32Array();
  /** Number of the id of each place, starting at 1; 0 for a place without an id. */
  #numberOf = new Uint32Array();
  #count = 0;
  #text: string | undefined;

  set(place: number, id: string): void {
    if (this.#numberOf[place] && this.at(place) === id) return;
    const bytes = Buffer.from(id);
    const end = this.#used + bytes.length;
    this.#bytes = grownTo(this.#bytes, end);
    this.#bytes.set(bytes, this.#used);
    this.#bytes[end] = lineFeed;
    this.#numberOf = grownTo(this.#numberOf, place);
    this.#placeOf = grownTo(this.#placeOf, this.#count);
    this.#starts = grownTo(this.#starts, this.#count + 1);
    this.#placeOf[this.#count] = place;
    this.#count += 1;
    this.#numberOf[place] = this.#count;
    this.#used = end + 1;
    this.#starts[this.#count] = this.#used;
    this.#text = undefined;
  }

  at(place: number): string {
    const [start, end] = this.#spanOf(place);
    return this.#buffer().toString("utf8", start, end);
  }

  /**
   * Marks the places with an id that contains a word, in any case. Returns `undefined` if there are
   * none.
   *
   * @param word word in lower case
   */
  find(word: string, places: number): Uint8Array | undefined {
    const text = this.#text ?? this.#buffer().toString("latin1", 0, this.#used);
    this.#text = text;
    const pattern = textPattern(word);
    let found: Uint8Array | undefined;
    let number = 0;
    for (let hit = pattern.exec(text); hit; hit = pattern.exec(text)) {
      while ((this.#starts[number + 1] ?? Infinity) <= hit.index) number += 1;
      const place = this.#placeOf[number] ?? 0;
      found ??= new Uint8Array(places);
      // The buffer still contains ids that were replaced.
      if (this.#numberOf[place] === number + 1 && place < places) found[place] = 1;
      pattern.lastIndex = this.#starts[number + 1] ?? Infinity;
    }
    return found;
  }

  /** Sorts places by their ids. Equal ids keep their order. */
  sorted(places: Uint32Array, descending: boolean): Uint32Array {
    return this.#sortFrom(places, 0, descending);
  }

  areEqual(one: number, other: number): boolean {
    const [start, end] = this.#spanOf(one);
    const [otherStart, otherEnd] = this.#spanOf(other);
    const length = end - start;
    if (length !== otherEnd - otherStart) return false;
    // The loop starts at the end, because the last bytes differ most often.
    for (let at = length - 1; at >= 0; at -= 1) {
      if (this.#bytes[start + at] !== this.#bytes[otherStart + at]) return false;
    }
    return true;
  }

  save(places: number): SavedArrays {
    return {
      facts: { used: this.#used, count: this.#count },
      arrays: {
        bytes: this.#bytes.subarray(0, this.#used),
        starts: this.#starts.subarray(0, this.#count + 1),
        placeOf: this.#placeOf.subarray(0, this.#count),
        numberOf: this.#numberOf.subarray(0, places),
      },
    };
  }

  restore({ facts, arrays }: SavedArrays): void {
    // The facts are ours: only `save` writes them.
    const { used, count } = facts as { used: number; count: number };
    this.#used = used;
    this.#count = count;
    this.#bytes = arrays["bytes"] as Uint8Array<ArrayBuffer>;
    this.#starts = arrays["starts"] as Uint32Array<ArrayBuffer>;
    this.#placeOf = arrays["placeOf"] as Uint32Array<ArrayBuffer>;
    this.#numberOf = arrays["numberOf"] as Uint32Array<ArrayBuffer>;
    this.#text = undefined;
  }

  #spanOf(place: number): readonly [start: number, end: number] {
    const number = this.#numberOf[place] ?? 0;
    if (number === 0) return [0, 0];
    return [this.#starts[number - 1] ?? 0, (this.#starts[number] ?? 1) - 1];
  }

  #buffer(): Buffer {
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
  }

  /** Sorts places whose ids have the same first bytes. */
  #sortFrom(places: Uint32Array, from: number, descending: boolean): Uint32Array {
    if (places.length < fewEqual) return this.#compared(places, descending);
    const same = this.#sameBytes(places, from);
    const sorted = sortByWords(places, this.#words(places, same, descending));
    const [high = sorted, low = sorted] = this.#words(sorted, same, false);
    let first = 0;
    for (let index = 1; index <= sorted.length; index += 1) {
      const isSame = high[index] === high[first] && low[index] === low[first];
      if (index < sorted.length && isSame) continue;
      // If the last byte is 0, the id has ended.
      if (index - first > 1 && (low[first] ?? 0) % 0x100 !== 0) {
        const equal = sorted.subarray(first, index);
        equal.set(this.#sortFrom(equal, same + keyBytes, descending));
      }
      first = index;
    }
    return sorted;
  }

  #compared(places: Uint32Array, descending: boolean): Uint32Array {
    const bytes = this.#buffer();
    const sign = descending ? -1 : 1;
    return places.slice().sort((a, b) => {
      const [start, end] = this.#spanOf(a);
      const [otherStart, otherEnd] = this.#spanOf(b);
      return sign * bytes.compare(bytes, otherStart, otherEnd, start, end) || a - b;
    });
  }

  /** Returns the number of first bytes that all ids have in common. */
  #sameBytes(places: Uint32Array, from: number): number {
    const [first, firstEnd] = this.#spanOf(places[0] ?? 0);
    const bytes = this.#bytes;
    let same = firstEnd - first;
    for (let index = 1; index < places.length && same > from; index += 1) {
      const [start, end] = this.#spanOf(places[index] ?? 0);
      let at = from;
      while (at < same && start + at < end && bytes[first + at] === bytes[start + at]) at += 1;
      same = at;
    }
    return same;
  }

  /** Returns the bytes of each id from `from` on, as two numbers. Shorter ids are filled with 0. */
  #words(places: Uint32Array, from: number, descending: boolean): readonly Uint32Array[] {
    const bytes = this.#bytes;
    const words = [new Uint32Array(places.length), new Uint32Array(places.length)];
    const flip = descending ? 0xffff_ffff : 0;
    words.forEach((word, number) => {
      for (let index = 0; index < places.length; index += 1) {
        const [start, end] = this.#spanOf(places[index] ?? 0);
        let value = 0;
        for (let at = 0; at < wordBytes; at += 1) {
          const byte = start + from + number * wordBytes + at;
          value = (value << 8) | (byte < end ? (bytes[byte] ?? 0) : 0);
        }
        word[index] = (value ^ flip) >>> 0;
      }
    });
    return words;
  }
}
