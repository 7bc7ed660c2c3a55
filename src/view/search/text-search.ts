import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { searchTextOf, wordsOf } from "../../domain/report/record-query.js";
import type { RecordQuery, SearchedTexts } from "../../domain/report/record-query.js";
import type { LineFile } from "../../storage/lines/placed-line.js";
import { findSpans } from "./line-spans.js";
import type { LineSpans } from "./line-spans.js";
import { SearchedWord } from "./searched-word.js";

/** Rows for a search. */
export interface SearchedRows {
  readonly places: number;
  readonly has: (place: number) => boolean;
  /** Marks the places with an id that contains a word. Returns `undefined` if there are none. */
  readonly findIds: (word: string) => Uint8Array | undefined;
  /** Returns the texts of a line of the results; `undefined` for a line that was cut off. */
  readonly textsOf: (place: number, line: string) => SearchedTexts | undefined;
  readonly lineAt: (place: number) => Promise<string | undefined>;
  /** Completed file with the places of its lines, if there is one. */
  readonly file?: LineFile;
}

/** Bytes of lines that are searched without a pause for other requests. */
const chunkBytes = 1 << 19;
/** Number of places after which the server handles other requests. */
const stretchPlaces = 200;

interface Chunk {
  readonly bytes: Buffer;
  /** Bytes as characters. */
  readonly text: string;
  /** Offset in the file of the first byte. */
  readonly start: number;
  readonly from: number;
  /** Place after the last line of the chunk. */
  readonly to: number;
}

/**
 * A search for words in the texts of all rows. It starts at once and continues in the background.
 */
export class TextSearch {
  readonly done: Promise<void>;
  /** For each place, 1 if the row contains all words. */
  readonly found: Uint8Array;
  readonly #words: readonly SearchedWord[];
  readonly #rows: SearchedRows;
  readonly #spans: LineSpans = { promptStart: 0, promptEnd: 0, answerStart: 0, answerEnd: 0 };
  /** For each word, the places with an id that contains the word. */
  readonly #inIds: readonly (Uint8Array | undefined)[];
  readonly #areInIds: boolean;
  readonly #isOfIds: boolean;
  #hits = 0;
  #searched = 0;
  #isEnded = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(query: RecordQuery, rows: SearchedRows) {
    this.#words = wordsOf(query).map((word) => new SearchedWord(word));
    this.#rows = rows;
    this.found = new Uint8Array(rows.places);
    this.#inIds = this.#words.map(({ word }) => rows.findIds(word));
    this.#areInIds = this.#inIds.some((places) => places !== undefined);
    this.#findIds();
    this.#isOfIds = this.#hits > 0;
    this.done = this.#search().catch((error: unknown) => {
      this.#failure = { error };
    });
  }

  /** Share of the rows that were searched, up to 1. Throws if the search has failed. */
  get progress(): number {
    if (this.#failure) throw this.#failure.error;
    return this.#searched >= this.#rows.places ? 1 : this.#searched / this.#rows.places;
  }

  /** False if the run has more places than were searched. */
  covers(places: number): boolean {
    return places <= this.#rows.places;
  }

  /**
   * Waits until this number of rows is found, the time is over, or the search has ended. Rows that
   * were found by their ids need no wait.
   */
  async waitFor(rows: number, mostMs: number): Promise<void> {
    if (this.#isOfIds) return;
    const endMs = Date.now() + mostMs;
    while (this.#hits < rows && this.progress < 1 && Date.now() < endMs) {
      await Promise.race([this.done, sleep(shortWaitMs)]);
    }
  }

  /** Searches a row that is new or has changed. */
  noteRow(place: number, texts: SearchedTexts): void {
    if (place < this.found.length) this.found[place] = Number(this.#fits(texts));
  }

  end(): void {
    this.#isEnded = true;
  }

  /** Searches the ids. This is fast, because no file is read. */
  #findIds(): void {
    const [first, ...others] = this.#inIds;
    if (!first) return;
    for (let place = 0; place < first.length; place += 1) {
      if (first[place] === 1 && others.every((found) => found?.[place] === 1)) this.#mark(place);
    }
  }

  #mark(place: number): void {
    if (this.found[place] === 0) this.#hits += 1;
    this.found[place] = 1;
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
      while (place < places && !this.#isEnded) {
        const chunk = await readChunk(handle, file, { place, places });
        this.#searchChunk(chunk, file);
        place = chunk.to;
        this.#searched = place;
      }
    } finally {
      await handle.close();
    }
  }

  async #searchParsed(from: number, to: number): Promise<void> {
    for (let place = from; place < to; place += 1) {
      if (!this.#rows.has(place) || this.found[place] === 1) continue;
      const line = await this.#rows.lineAt(place);
      if (line !== undefined) this.#look(place, line);
    }
    this.#searched = to;
  }

  #searchChunk(chunk: Chunk, { spanOf }: LineFile): void {
    for (const word of this.#words) word.begin(chunk.text);
    const jump = this.#jumpWord();
    let at = 0;
    for (let place = chunk.from; place < chunk.to; place += 1) {
      const { offset, length } = spanOf(place);
      const start = offset - chunk.start;
      const end = start + length;
      if (end <= at) continue;
      if (jump) at = jump.next(start);
      if (end > at && this.found[place] === 0) this.#searchLine(chunk, place, [start, end]);
    }
  }

  /**
   * Returns a word that all wanted lines have among their bytes. It is the longest word, which is
   * probably rare.
   */
  #jumpWord(): SearchedWord | undefined {
    const words = this.#words.filter((word, index) => word.canJump && !this.#inIds[index]);
    // Places with all words in their ids are already found.
    const [only] = this.#words.length === 1 ? this.#words : words;
    if (this.#words.length === 1) return only?.canJump === true ? only : undefined;
    return words.reduce<SearchedWord | undefined>(
      (best, word) => (best && best.word.length >= word.word.length ? best : word),
      undefined,
    );
  }

  #searchLine(
    { text, bytes }: Chunk,
    place: number,
    line: readonly [start: number, end: number],
  ): void {
    const [start, end] = line;
    const open = this.#areInIds
      ? this.#words.filter((_, index) => this.#inIds[index]?.[place] !== 1)
      : this.#words;
    if (!open.every((word) => word.next(start) < end)) return;
    const isFit = findSpans(text, line, this.#spans) ? this.#fitsSpans(text, open) : undefined;
    if (isFit === true) this.#mark(place);
    if (isFit === undefined) this.#look(place, bytes.toString("utf8", start, end));
  }

  /** True if the line contains the words; `undefined` if the texts must be decoded first. */
  #fitsSpans(text: string, words: readonly SearchedWord[]): boolean | undefined {
    const { promptStart, promptEnd, answerStart, answerEnd } = this.#spans;
    let isSure = true;
    for (const word of words) {
      const inPrompt = word.occursIn(text, promptStart, promptEnd);
      if (inPrompt === true) continue;
      const inAnswer = answerStart > 0 && word.occursIn(text, answerStart, answerEnd);
      if (inAnswer === true) continue;
      if (inPrompt === false && inAnswer === false) return false;
      isSure = false;
    }
    return isSure ? true : undefined;
  }

  #look(place: number, line: string): void {
    const texts = this.#rows.textsOf(place, line);
    if (texts && this.#fits(texts)) this.#mark(place);
  }

  #fits(texts: SearchedTexts): boolean {
    const text = searchTextOf(texts);
    return this.#words.every(({ word }) => text.includes(word));
  }
}

const shortWaitMs = 5;

async function readChunk(
  handle: FileHandle,
  { spanOf }: LineFile,
  { place: from, places }: { readonly place: number; readonly places: number },
): Promise<Chunk> {
  const start = spanOf(from).offset;
  let to = from + 1;
  while (to < places && spanOf(to).offset - start < chunkBytes) to += 1;
  const last = spanOf(to - 1);
  const size = last.offset + last.length - start;
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(size), 0, size, start);
  const bytes = buffer.subarray(0, bytesRead);
  return { bytes, text: bytes.toString("latin1"), start, from, to };
}
