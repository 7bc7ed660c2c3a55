import { readCsvLines } from "./csv-lines.js";
import { readInputLines } from "./input-lines.js";
import { isCsv } from "./is-csv.js";
import { parseRecord } from "./parse-record.js";
import type { CheckRecord } from "./scan-input.js";

/** The texts of those lines of an input that are valid records. */
export async function* validLines(
  path: string,
  checkRecord: CheckRecord,
): AsyncGenerator<string, void, undefined> {
  const lines = isCsv(path) ? readCsvLines(path) : readInputLines(path);
  for await (const { text, utf8, problem } of lines) {
    const parsed = utf8 && problem === undefined ? parseRecord(text) : undefined;
    if (parsed && "record" in parsed && checkRecord(parsed.record).length === 0) yield text;
  }
}
