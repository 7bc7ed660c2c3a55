import { bytePattern, stringPattern } from "./byte-pattern.js";

/** A word of a search. It is looked for in the bytes of one block of lines after another. */
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

  /** True for a word that can be found in the bytes. */
  get canJump(): boolean {
    return this.#rough !== undefined;
  }

  begin(text: string): void {
    this.#rough?.begin(text);
    this.#exact?.begin(text);
    this.#escapes?.begin(text);
  }

  /**
   * Returns the next place at which the word may occur. A word that consists of punctuation may
   * occur anywhere.
   */
  next(from: number): number {
    return this.#rough?.from(from) ?? from;
  }

  /** True if the word occurs in a JSON string; `undefined` if the text must be decoded first. */
  occursIn(text: string, start: number, end: number): boolean | undefined {
    if (!this.#exact) return undefined;
    const at = this.#exact.from(start);
    if (at >= end) return this.#escapes && this.#escapes.from(start) < end ? undefined : false;
    // The match might be the end of an escape, such as the n of `\n`.
    for (let before = Math.max(start, at - longestEscape); before < at; before += 1) {
      if (text.charCodeAt(before) === backslash) return undefined;
    }
    return true;
  }
}

/** Maximum number of bytes of an escape before its last one: `\u00e`. */
const longestEscape = 5;
const backslash = 0x5c;

/**
 * Finds the next match of a pattern. Each match is computed once, not once for each line before it.
 */
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
