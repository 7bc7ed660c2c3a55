import { stringify } from "csv-stringify/sync";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";

/**
 * Yields the text of a CSV file with one column per key. Reads the rows twice.
 *
 * @param first names of the leading columns, which are written even without rows
 */
export async function* csvOfRows(
  read: () => AsyncIterable<JsonObject>,
  first: readonly string[] = [],
): AsyncGenerator<string> {
  const columns = new Set<string>(first);
  for await (const row of read()) {
    for (const column of Object.keys(row)) columns.add(column);
  }
  // Without a byte order mark, spreadsheets assume another encoding.
  yield `\ufeff${stringify([[...columns]])}`;
  for await (const row of read()) {
    yield stringify([[...columns].map((column) => cellOf(row[column]))]);
  }
}

function cellOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
