import { createReadStream } from "node:fs";

import { UserError } from "../../domain/failure/user-error.js";

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const opening = new Set([openBracket, 0x7b]);
const closing = new Set([closeBracket, 0x7d]);
const blanks = new Set([0x20, 0x09, 0x0a, 0x0d]);
const byteOrderMark = [0xef, 0xbb, 0xbf];

/**
 * Yields the texts of the items of a JSON file that contains one array, in constant memory. Throws
 * a `UserError` for a file that is not an array. The items themselves are not checked.
 */
export async function* readJsonArray(
  path: string,
  label = path,
  onBytes: (bytes: Buffer) => void = () => undefined,
): AsyncGenerator<string, void, undefined> {
  const items = new ItemSplitter(label);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    // A stream without an encoding yields buffers.
    const bytes = chunk as Buffer;
    onBytes(bytes);
    yield* items.take(bytes);
  }
  items.end();
}

type Place = "before" | "inside" | "after";

/**
 * Finds the items of an array. All syntax characters of JSON are ASCII, and ASCII bytes never occur
 * inside a longer UTF-8 character.
 */
class ItemSplitter {
  readonly #label: string;
  #place: Place = "before";
  #depth = 0;
  #inString = false;
  #escaped = false;
  #count = 0;
  /** Parts of the current item in earlier chunks. */
  #parts: Buffer[] = [];

  constructor(label: string) {
    this.#label = label;
  }

  *take(chunk: Buffer): Generator<string, void, undefined> {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      // The index is within the chunk.
      const byte = chunk[at] as number;
      if (this.#place !== "inside") {
        this.#outside(byte, chunk.toString("utf8", at, at + 20));
        from = at + 1;
      } else if (this.#endsItem(byte)) {
        this.#parts.push(chunk.subarray(from, at));
        from = at + 1;
        yield* this.#item(byte);
      }
    }
    if (this.#place === "inside") this.#parts.push(chunk.subarray(from));
  }

  end(): void {
    if (this.#place === "after") return;
    const found =
      this.#place === "before" ? "an empty file" : `the end of the file after ${this.#count} rows`;
    throw this.#problem(found, "Is the file complete?");
  }

  #outside(byte: number, text: string): void {
    if (blanks.has(byte) || (this.#place === "before" && byteOrderMark.includes(byte))) return;
    if (this.#place === "before" && byte === openBracket) {
      this.#place = "inside";
      return;
    }
    const found = `${JSON.stringify(text)} ${this.#place === "before" ? "at its start" : "after its end"}`;
    throw this.#problem(found, "If each line is a row, name the file .jsonl.");
  }

  /** True for a comma between items and for the bracket after the last one. */
  #endsItem(byte: number): boolean {
    if (this.#inString) {
      this.#goOnInString(byte);
      return false;
    }
    if (this.#depth === 0 && (byte === comma || byte === closeBracket)) return true;
    if (byte === quote) this.#inString = true;
    else if (opening.has(byte)) this.#depth += 1;
    else if (closing.has(byte)) this.#depth = Math.max(0, this.#depth - 1);
    return false;
  }

  #goOnInString(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) this.#inString = false;
  }

  *#item(byte: number): Generator<string, void, undefined> {
    const text = Buffer.concat(this.#parts).toString("utf8").trim();
    this.#parts = [];
    const isEmptyArray = byte === closeBracket && this.#count === 0 && text === "";
    if (byte === closeBracket) this.#place = "after";
    if (isEmptyArray) return;
    this.#count += 1;
    yield text;
  }

  #problem(found: string, advice: string): UserError {
    return new UserError(
      `Expected a JSON array of rows in ${JSON.stringify(this.#label)}, found ${found}. ${advice}`,
    );
  }
}
