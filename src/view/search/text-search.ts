import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { searchTextOf, wordsOf } from "../../domain/report/record-query.js";
import type { RecordQuery, SearchedTexts } from "../../domain/report/record-query.js";
import type { LineSpan } from "../../storage/lines/placed-line.js";
import { bytePattern } from "./byte-pattern.js";

/** The rows that a search looks through. */
export interface SearchedRows {
  readonly places: number;
  readonly has: (place: number) => boolean;
  readonly idAt: (place: number) => string;
  /** The texts of a line of the results. Returns `undefined` for a line that was cut off. */
  readonly textsOf: (place: number, line: string) => SearchedTexts | undefined;
  readonly lineAt: (place: number) => Promise<string | undefined>;
  /** The completed file and the places of its lines, if there is one. */
  readonly file?: { readonly path: string; readonly spanOf: (place: number) => LineSpan };
}

/** Lines of one chunk are searched in one go, and others wait for an answer meanwhile. */
const chunkBytes = 1 << 19;
/** Between two of these, the server answers others. */
const stretchPlaces = 200;

/** A search for words in the texts of all rows. It begins at once and goes on in the background. */
export class TextSearch {
  readonly done: Promise<void>;
  readonly #words: readonly string[];
  readonly #patterns: readonly (RegExp | undefined)[];
  readonly #rows: SearchedRows;
  readonly #found: Uint8Array;
  #searched = 0;
  /** The next occurrence of each word in the current chunk. */
  #next: (number | undefined)[] = [];
  #isEnded = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(query: RecordQuery, rows: SearchedRows) {
    this.#words = wordsOf(query);
    this.#patterns = this.#words.map(bytePattern);
    this.#rows = rows;
    this.#found = new Uint8Array(rows.places);
    this.#findIds();
    this.done = this.#search().catch((error: unknown) => {
      this.#failure = { error };
    });
  }

  /** Share of the rows that was searched, up to 1. Throws if the search has failed. */
  get progress(): number {
    if (this.#failure) throw this.#failure.error;
    return this.#searched >= this.#rows.places ? 1 : this.#searched / this.#rows.places;
  }

  /** False once the run has more places than were searched. */
  covers(places: number): boolean {
    return places <= this.#rows.places;
  }

  isFound(place: number): boolean {
    return this.#found[place] === 1;
  }

  /** Looks at a row that is new or has changed. */
  noteRow(place: number, texts: SearchedTexts): void {
    if (place < this.#found.length) this.#found[place] = Number(this.#fits(texts));
  }

  end(): void {
    this.#isEnded = true;
  }

  /** An id is found at once, without reading a file. */
  #findIds(): void {
    for (let place = 0; place < this.#rows.places; place += 1) {
      if (!this.#rows.has(place)) continue;
      const id = this.#rows.idAt(place).toLowerCase();
      if (this.#words.every((word) => id.includes(word))) this.#found[place] = 1;
    }
  }

  async #search(): Promise<void> {
    const { file, places } = this.#rows;
    if (!file) {
      for (let place = 0; place < places && !this.#isEnded; place += stretchPlaces) {
        await this.#searchParsed(place, Math.min(places, place + stretchPlaces));
      }
      return;
    }
    const handle = await open(file.path, "r");
    try {
      let place = 0;
      while (place < places && !this.#isEnded) place = await this.#searchChunk(handle, place);
    } finally {
      await handle.close();
    }
  }

  async #searchParsed(from: number, to: number): Promise<void> {
    for (let place = from; place < to; place += 1) {
      if (!this.#rows.has(place) || this.isFound(place)) continue;
      const line = await this.#rows.lineAt(place);
      if (line !== undefined) this.#look(place, line);
    }
    this.#searched = to;
  }

  /** Searches the lines of one chunk of the file from a place on. Returns the next place. */
  async #searchChunk(handle: FileHandle, from: number): Promise<number> {
    const { spanOf, lastOf } = this.#chunkFrom(from);
    const start = spanOf(from).offset;
    const last = spanOf(lastOf - 1);
    const size = last.offset + last.length - start;
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(size), 0, size, start);
    const bytes = buffer.subarray(0, bytesRead);
    for (const place of this.#candidates(bytes.toString("latin1"), { from, to: lastOf, start })) {
      if (this.isFound(place)) continue;
      const { offset, length } = spanOf(place);
      this.#look(place, bytes.toString("utf8", offset - start, offset - start + length));
    }
    this.#searched = lastOf;
    return lastOf;
  }

  #chunkFrom(from: number): {
    readonly spanOf: (place: number) => LineSpan;
    readonly lastOf: number;
  } {
    const { file, places } = this.#rows;
    const spanOf = file?.spanOf ?? (() => ({ offset: 0, length: 0 }));
    const start = spanOf(from).offset;
    let lastOf = from + 1;
    while (lastOf < places && spanOf(lastOf).offset - start < chunkBytes) lastOf += 1;
    return { spanOf, lastOf };
  }

  /** Places whose line has all words somewhere in its bytes, or in its id. */
  *#candidates(
    text: string,
    { from, to, start }: { readonly from: number; readonly to: number; readonly start: number },
  ): Generator<number> {
    const spanOf = this.#rows.file?.spanOf;
    if (!spanOf) return;
    this.#next = [];
    for (let place = from; place < to; place += 1) {
      const { offset, length } = spanOf(place);
      const first = offset - start;
      if (this.#patterns.every((_, word) => this.#occurs(word, text, { first, length, place })))
        yield place;
    }
  }

  /** Finds the next occurrence once, not once for each line before it. */
  #occurs(
    word: number,
    text: string,
    { first, length, place }: { first: number; length: number; place: number },
  ): boolean {
    const pattern = this.#patterns[word];
    if (!pattern) return true;
    let at = this.#next[word] ?? -1;
    if (at < first) {
      pattern.lastIndex = first;
      at = pattern.exec(text)?.index ?? Infinity;
      this.#next[word] = at;
    }
    if (at < first + length) return true;
    return this.#rows
      .idAt(place)
      .toLowerCase()
      .includes(this.#words[word] ?? "");
  }

  #look(place: number, line: string): void {
    const texts = this.#rows.textsOf(place, line);
    if (texts && this.#fits(texts)) this.#found[place] = 1;
  }

  #fits(texts: SearchedTexts): boolean {
    const text = searchTextOf(texts);
    return this.#words.every((word) => text.includes(word));
  }
}
