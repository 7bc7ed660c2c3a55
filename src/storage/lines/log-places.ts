import type { LinePlace } from "../log/open/open-chats.js";
import { grownTo } from "./grown-to.js";
import type { SavedArrays } from "./array-file.js";

/** The places of each record's log lines: 4 bytes per record and 14 per line of the log. */
export class LogPlaces {
  #names: string[] = [];
  /** Number of lines before those of each record. */
  #first = new Uint32Array();
  #file = new Uint16Array();
  #offset = new Float64Array();
  #length = new Uint32Array();
  #records = 0;
  #lines = 0;

  /** Adds the lines of the next record. */
  add(places: readonly LinePlace[]): void {
    this.#first = grownTo(this.#first, this.#records + 1);
    for (const { file, offset, length } of places) {
      const line = this.#lines;
      this.#file = grownTo(this.#file, line);
      this.#offset = grownTo(this.#offset, line);
      this.#length = grownTo(this.#length, line);
      this.#file[line] = this.#numberOf(file);
      this.#offset[line] = offset;
      this.#length[line] = length;
      this.#lines += 1;
    }
    this.#records += 1;
    this.#first[this.#records] = this.#lines;
  }

  at(record: number): readonly LinePlace[] {
    if (record >= this.#records) return [];
    const first = this.#first[record] ?? 0;
    const end = this.#first[record + 1] ?? first;
    return Array.from({ length: end - first }, (_, index) => ({
      file: this.#names[this.#file[first + index] ?? 0] ?? "",
      offset: this.#offset[first + index] ?? 0,
      length: this.#length[first + index] ?? 0,
    }));
  }

  save(): SavedArrays {
    return {
      facts: { names: this.#names, records: this.#records, lines: this.#lines },
      arrays: {
        first: this.#first.subarray(0, this.#records + 1),
        file: this.#file.subarray(0, this.#lines),
        offset: this.#offset.subarray(0, this.#lines),
        length: this.#length.subarray(0, this.#lines),
      },
    };
  }

  restore({ facts, arrays }: SavedArrays): void {
    // The values are ours: only `save` writes them.
    const { names, records, lines } = facts as { names: string[]; records: number; lines: number };
    this.#names = names;
    this.#records = records;
    this.#lines = lines;
    this.#first = arrays["first"] as Uint32Array<ArrayBuffer>;
    this.#file = arrays["file"] as Uint16Array<ArrayBuffer>;
    this.#offset = arrays["offset"] as Float64Array<ArrayBuffer>;
    this.#length = arrays["length"] as Uint32Array<ArrayBuffer>;
  }

  #numberOf(file: string): number {
    // Consecutive lines usually come from the same file.
    const known = this.#names.lastIndexOf(file);
    return known === -1 ? this.#names.push(file) - 1 : known;
  }
}
