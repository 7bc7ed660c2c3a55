import { bytePattern, stringPattern } from "./byte-pattern.js";

/** A word of a search, looked for in the bytes of one stretch of lines after another. */
export class SearchedWord {
  readonly word: string;
  readonly #rough: NextFit | undefined;
  readonly #exact: NextFit | undefined;
  /** Escapes that some writers use for a character of the word. */
  readonly #escapes: NextFit | undefined;

  constructor(word: string) {
    this.word = word;
    const rough = bytePattern(word);
    const exact = rough && stringPattern(word);
    this.#rough = rough && new NextFit(rough);
    this.#exact = exact && new NextFit(exact);
    if (/[^\p{L}\p{N}]/u.test(word)) this.#escapes = new NextFit(/\\[u/]/g);
  }

  /** True for a word that a search through the bytes can find. */
  get canJump(): boolean {
    return this.#rough !== undefined;
  }

  begin(text: string): void {
    this.#rough?.begin(text);
    this.#exact?.begin(text);
    this.#escapes?.begin(text);
  }

  /** The next place where the word may occur; any place for a word of punctuation. */
  next(from: number): number {
    return this.#rough?.from(from) ?? from;
  }

  /** If the word occurs in a JSON string; `undefined` if only its decoded text can tell. */
  occursIn(text: string, start: number, end: number): boolean | undefined {
    if (!this.#exact) return undefined;
    const at = this.#exact.from(start);
    if (at >= end) return this.#escapes && this.#escapes.from(start) < end ? undefined : false;
    // The fit might be the end of an escape, such as the n of `\n`.
    return text.slice(Math.max(start, at - longestEscape), at).includes("\\") ? undefined : true;
  }
}

/** Bytes of an escape before its last one: `\u00e`. */
const longestEscape = 5;

/** Finds each next fit once, not once for each line before it. */
class NextFit {
  readonly #pattern: RegExp;
  #text = "";
  #from = 0;
  #at = -1;

  constructor(pattern: RegExp) {
    this.#pattern = pattern;
  }

  begin(text: string): void {
    this.#text = text;
    this.#at = -1;
  }

  from(from: number): number {
    if (this.#at >= from && from >= this.#from) return this.#at;
    this.#pattern.lastIndex = from;
    this.#from = from;
    this.#at = this.#pattern.exec(this.#text)?.index ?? Infinity;
    return this.#at;
  }
}
