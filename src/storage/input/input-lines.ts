import { isUtf8 } from "node:buffer";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";

import type { KnownColumns } from "../../domain/record/csv-record.js";
import { UserError } from "../../domain/failure/user-error.js";

/**
 * Reads a JSONL file in constant memory. Only a line feed ends a line. Node's own readers also
 * split at U+2028 in some versions, which would split records, and do not report offsets.
 */
export interface InputLine {
  /** Line number, starting at 1. */
  readonly line: number;
  /** Offset in bytes from the file's start. */
  readonly offset: number;
  /** Length in bytes, without the line end. */
  readonly length: number;
  readonly text: string;
  /** True if the bytes are valid UTF-8. If false, `text` contains replacement characters. */
  readonly utf8: boolean;
  /** Problem of the line besides its text, in a sentence. */
  readonly problem?: string;
  /** Names of the columns of a table. */
  readonly columns?: readonly string[];
}

export interface ReadLinesOptions {
  /** Called with all bytes of the file, in order. */
  readonly onBytes?: (bytes: Buffer) => void;
  /** Name of the file in messages. @default its path */
  readonly label?: string;
  /**
   * Columns of a table that is read several times. The first reading sets them, which saves the
   * later ones a reading of the whole file.
   */
  readonly known?: KnownColumns;
  /** Maximum bytes of a line. @default 64 MiB */
  readonly longestLine?: number;
}

const chunkBytes = 1 << 20;
const defaultLongestLine = 64 << 20;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Yields the lines of a file, except for blank lines at its end. Throws a `UserError` for a line
 * that is too long.
 */
export async function* readInputLines(
  path: string,
  options: ReadLinesOptions = {},
): AsyncGenerator<InputLine, void, undefined> {
  const file = await open(path, "r");
  try {
    let blanks: InputLine[] = [];
    let number = 0;
    for await (const { offset, bytes } of rawLines(file, options.label ?? path, options)) {
      number += 1;
      const line = toInputLine(number, offset, bytes);
      if (line.text.trim() === "") {
        blanks.push(line);
        continue;
      }
      yield* blanks;
      blanks = [];
      yield line;
    }
  } finally {
    await file.close();
  }
}

interface RawLine {
  readonly offset: number;
  readonly bytes: Buffer;
}

async function* rawLines(
  file: FileHandle,
  label: string,
  options: ReadLinesOptions,
): AsyncGenerator<RawLine, void, undefined> {
  const longest = options.longestLine ?? defaultLongestLine;
  let rest: Buffer[] = [];
  let restBytes = 0;
  let offset = 0;
  let number = 0;
  for await (const chunk of chunksOf(file)) {
    options.onBytes?.(chunk);
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      const part = chunk.subarray(from, end);
      const bytes = rest.length === 0 ? part : Buffer.concat([...rest, part]);
      yield { offset, bytes };
      number += 1;
      offset += bytes.length + 1;
      rest = [];
      restBytes = 0;
      from = end + 1;
    }
    // The next chunk takes the place of this one.
    if (from < chunk.length) rest.push(Buffer.from(chunk.subarray(from)));
    restBytes += chunk.length - from;
    if (restBytes > longest) throw tooLong(label, number + 1, longest);
  }
  if (restBytes > 0) yield { offset, bytes: Buffer.concat(rest) };
}

/**
 * Each chunk is valid until the next one is asked for: V8 would collect a buffer for each of them
 * only after some ten megabytes.
 */
async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer, void, undefined> {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, chunkBytes, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

function toInputLine(line: number, rawOffset: number, raw: Buffer): InputLine {
  const marked = line === 1 && raw.subarray(0, byteOrderMark.length).equals(byteOrderMark);
  const start = marked ? byteOrderMark.length : 0;
  const end = raw.at(-1) === carriageReturn ? raw.length - 1 : raw.length;
  const bytes = raw.subarray(start, Math.max(start, end));
  return {
    line,
    offset: rawOffset + start,
    length: bytes.length,
    text: bytes.toString("utf8"),
    utf8: isUtf8(bytes),
  };
}

function tooLong(label: string, line: number, longest: number): UserError {
  const mebibytes = (longest / (1 << 20)).toString();
  return new UserError(
    `Expected lines of at most ${mebibytes} MiB, got a longer one in ${JSON.stringify(label)} line ${line}. Is it a file of JSON lines, one record per line?`,
  );
}
