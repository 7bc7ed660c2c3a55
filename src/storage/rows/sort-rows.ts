import { createWriteStream } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import type { NumberedRow } from "../../domain/flow/inputs/join-sources.js";
import { ReadAhead } from "../files/read-ahead.js";
import { parseRow } from "./parse-row.js";

/**
 * Yields rows in ascending order of their numbers. The rows wait in a temporary file, so memory
 * grows by about 30 bytes per row, for any size of the rows.
 */
export async function* sortRows(
  rows: AsyncIterable<NumberedRow>,
): AsyncGenerator<NumberedRow, void, undefined> {
  const folder = await mkdtemp(join(tmpdir(), "ostinato-sort-"));
  try {
    const path = join(folder, "rows.jsonl");
    const places = await writeRows(path, rows);
    yield* readSorted(path, places);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Places of the rows, in the order of the file. */
interface Places {
  readonly numbers: readonly number[];
  /** Offset of each row in bytes, and the file's length at the end. */
  readonly offsets: readonly number[];
}

async function writeRows(path: string, rows: AsyncIterable<NumberedRow>): Promise<Places> {
  const numbers: number[] = [];
  const offsets = [0];
  let end = 0;
  const texts = async function* (): AsyncGenerator<string, void, undefined> {
    for await (const { number, row } of rows) {
      const text = `${JSON.stringify(row)}\n`;
      end += Buffer.byteLength(text);
      numbers.push(number);
      offsets.push(end);
      yield text;
    }
  };
  await pipeline(texts, createWriteStream(path));
  return { numbers, offsets };
}

async function* readSorted(
  path: string,
  { numbers, offsets }: Places,
): AsyncGenerator<NumberedRow, void, undefined> {
  const numberAt = (index: number): number => numbers[index] ?? 0;
  const order = Uint32Array.from(numbers, (_, index) => index);
  order.sort((one, other) => numberAt(one) - numberAt(other));
  const file = await open(path, "r");
  const texts = new ReadAhead(async (offset, length) => {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  });
  try {
    for (const index of order) {
      const start = offsets[index] ?? 0;
      const length = (offsets[index + 1] ?? start) - start;
      const text = await texts.text(start, length);
      yield { number: numberAt(index), row: parseRow(text, `row ${index + 1}`) };
    }
  } finally {
    await file.close();
  }
}
