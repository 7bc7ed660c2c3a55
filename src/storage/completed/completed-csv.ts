import { stringify } from "csv-stringify/sync";

import { readInputLines } from "../input/input-lines.js";
import { cellsOf, columnsOf } from "./table-cells.js";
import type { ReadLines } from "./table-cells.js";

/** Byte order mark. Without it, spreadsheets assume an encoding other than UTF-8. */
export const byteOrderMark = "\ufeff";

/**
 * Yields a completed file as CSV, with a byte order mark, and with a column per key in the order of
 * first occurrence. Cells that begin with `=` or `-` stay unchanged, since answers often do. Anyone
 * who opens the file in a spreadsheet should be aware of this.
 */
export async function* completedAsCsv(jsonl: string): AsyncGenerator<string, void, undefined> {
  const read: ReadLines = async function* () {
    for await (const { text } of readInputLines(jsonl)) yield text;
  };
  yield byteOrderMark;
  yield* csvOf(read, await columnsOf(read));
}

/**
 * Yields lines of JSON as CSV, without a byte order mark.
 *
 * @param delimiter character between cells
 */
export async function* csvOf(
  read: ReadLines,
  columns: readonly string[],
  delimiter = ",",
): AsyncGenerator<string, void, undefined> {
  const options = { quoted_match: lineEnd, delimiter };
  yield stringify([columns], options);
  let rows: string[][] = [];
  for await (const text of read()) {
    if (rows.push(cellsOf(text, columns)) < rowsABatch) continue;
    yield stringify(rows, options);
    rows = [];
  }
  if (rows.length > 0) yield stringify(rows, options);
}

const rowsABatch = 1_000;
/** Line ends. Many readers end a row at a lone carriage return. */
const lineEnd = /[\r\n]/;
