import { stringify } from "csv-stringify/sync";

import { layOutObject } from "../../domain/json/json-text.js";
import { readInputLines } from "../input/input-lines.js";

/**
 * A completed file as CSV, with a column per key in the order of first occurrence. Text is written
 * as is, numbers with their own digits, lists and objects as JSON. Missing and null values are
 * empty cells.
 *
 * The file begins with a byte order mark, because spreadsheets otherwise assume another encoding
 * than UTF-8. Cells that begin with `=` or `-` stay unchanged, since answers often do. Anyone who
 * opens the file in a spreadsheet should be aware of this.
 */
export async function* completedAsCsv(jsonl: string): AsyncGenerator<string, void, undefined> {
  const columns = await columnsOf(jsonl);
  yield `\ufeff${stringify([columns], options)}`;
  let rows: string[][] = [];
  for await (const { text } of readInputLines(jsonl)) {
    const cells = cellsOf(text);
    if (rows.push(columns.map((column) => cells.get(column) ?? "")) < rowsABatch) continue;
    yield stringify(rows, options);
    rows = [];
  }
  if (rows.length > 0) yield stringify(rows, options);
}

const rowsABatch = 1_000;
/** Many readers end a row at a lone carriage return. */
const options = { quoted_match: /[\r\n]/ };

async function columnsOf(jsonl: string): Promise<string[]> {
  const columns = new Set<string>();
  for await (const { text } of readInputLines(jsonl)) {
    for (const { key } of layOutObject(text).members) columns.add(key);
  }
  return [...columns];
}

function cellsOf(line: string): ReadonlyMap<string, string> {
  return new Map(
    layOutObject(line).members.map(({ key, valueStart, valueEnd }) => [
      key,
      cellOf(line.slice(valueStart, valueEnd).trim()),
    ]),
  );
}

const missing: ReadonlySet<string> = new Set(["null", "NaN"]);

/** @param json JSON text of a value */
function cellOf(json: string): string {
  if (missing.has(json)) return "";
  // Text that begins with a quote is a JSON string.
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}
