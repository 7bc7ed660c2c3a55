import { stringify } from "csv-stringify/sync";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { recordColumns, tableRow } from "../../report/record/record-table.js";
import { writeAtomically } from "../../storage/files/write-atomically.js";
import { writeParquet } from "../../storage/rows/write-parquet.js";
import { openRecords } from "./read-report.js";

interface Table {
  /** The run's state folder. */
  readonly directory: string;
  readonly path: string;
  readonly onRead: () => void;
}

/** Writes a run's records as Parquet. They are read twice. */
export async function writeRecordParquet({ directory, path, onRead }: Table): Promise<void> {
  await writeParquet(path, () => rowsOf(directory, onRead), { columns: recordColumns });
}

/** Writes a run's records as CSV, with a column for each key. They are read twice. */
export async function writeRecordCsv({ directory, path, onRead }: Table): Promise<void> {
  await writeAtomically(path, csvOf(directory, onRead));
}

async function* csvOf(directory: string, onRead: () => void): AsyncGenerator<string> {
  const columns = new Set<string>(recordColumns);
  for await (const row of rowsOf(directory, onRead)) {
    for (const column of Object.keys(row)) columns.add(column);
  }
  // Spreadsheets take text without a byte order mark for another encoding.
  yield `\ufeff${stringify([[...columns]])}`;
  for await (const row of rowsOf(directory, onRead)) {
    yield stringify([[...columns].map((column) => cellOf(row[column]))]);
  }
}

function cellOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

async function* rowsOf(directory: string, onRead: () => void): AsyncGenerator<JsonObject> {
  for await (const record of (await openRecords(directory)).records) {
    onRead();
    yield tableRow(record);
  }
}
