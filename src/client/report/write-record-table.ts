import type { JsonObject } from "../../domain/json/json.js";
import { recordColumns, tableRow } from "../../report/record/record-table.js";
import { writeAtomically } from "../../storage/files/write-atomically.js";
import { writeParquet } from "../../storage/rows/write-parquet.js";
import { csvOfRows } from "./csv-of-rows.js";
import { openRecords } from "./read-report.js";

interface Table {
  /** The run's state folder. */
  readonly directory: string;
  readonly path: string;
  readonly onRead: () => void;
}

/** Writes a run's records as Parquet. Reads the records twice. */
export async function writeRecordParquet({ directory, path, onRead }: Table): Promise<void> {
  await writeParquet(path, () => rowsOf(directory, onRead), { columns: recordColumns });
}

/** Writes a run's records as CSV, with one column per key. Reads the records twice. */
export async function writeRecordCsv({ directory, path, onRead }: Table): Promise<void> {
  await writeAtomically(
    path,
    csvOfRows(() => rowsOf(directory, onRead), recordColumns),
  );
}

async function* rowsOf(directory: string, onRead: () => void): AsyncGenerator<JsonObject> {
  for await (const record of (await openRecords(directory)).records) {
    onRead();
    yield tableRow(record);
  }
}
