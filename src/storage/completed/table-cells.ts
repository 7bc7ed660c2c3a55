import { layOutObject } from "../../domain/json/json-text.js";

/** Lines of JSON that can be read several times. */
export type ReadLines = () => AsyncIterable<string>;

/** Returns all keys of the lines, in the order of first occurrence. */
export async function columnsOf(read: ReadLines): Promise<string[]> {
  const columns = new Set<string>();
  for await (const text of read()) {
    for (const { key } of layOutObject(text).members) columns.add(key);
  }
  return [...columns];
}

/**
 * Returns the line's values as texts of a table: text unchanged, numbers with their own digits,
 * lists and objects as JSON. Missing and null values are empty.
 */
export function cellsOf(line: string, columns: readonly string[]): string[] {
  const cells = new Map(
    layOutObject(line).members.map(({ key, valueStart, valueEnd }) => [
      key,
      cellOf(line.slice(valueStart, valueEnd).trim()),
    ]),
  );
  return columns.map((column) => cells.get(column) ?? "");
}

const missing: ReadonlySet<string> = new Set(["null", "NaN"]);

/** @param json JSON text of a value */
function cellOf(json: string): string {
  if (missing.has(json)) return "";
  // Text that begins with a quote is a JSON string.
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}
