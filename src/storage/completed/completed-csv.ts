import { stringify } from "csv-stringify/sync";

import { layOutObject } from "../../domain/json/json-text.js";
import { readInputLines } from "../input/input-lines.js";

/**
 * A completed file as CSV: a column for each key, in the order in which they first come. Texts stand as they are, numbers
 * with their own digits, lists and objects as JSON; what a record lacks, or has as null, is an empty cell.
 *
 * It begins with a byte order mark, without which spreadsheets take UTF-8 for another encoding. Cells that begin with
 * `=` or `-` are left alone, since answers often do: whoever opens it in a spreadsheet should know what is in it.
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
/** A lone carriage return ends a row for many readers. */
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

/** @param json the text of a value */
function cellOf(json: string): string {
  if (missing.has(json)) return "";
  // What begins with a quote is a JSON string.
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}
