import { stringify } from "csv-stringify/sync";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";

/**
 * Rows as the text of a CSV file, with a column for each key. The rows are read twice.
 *
 * @param first names of columns that come first, also without rows
 */
export async function* csvOfRows(
  read: () => AsyncIterable<JsonObject>,
  first: readonly string[] = [],
): AsyncGenerator<string> {
  const columns = new Set<string>(first);
  for await (const row of read()) {
    for (const column of Object.keys(row)) columns.add(column);
  }
  // Spreadsheets take text without a byte order mark for another encoding.
  yield `\ufeff${stringify([[...columns]])}`;
  for await (const row of read()) {
    yield stringify([[...columns].map((column) => cellOf(row[column]))]);
  }
}

function cellOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
