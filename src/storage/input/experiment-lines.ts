import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { readCsvLines } from "./csv-lines.js";
import type { InputLine, ReadLinesOptions } from "./input-lines.js";
import { readInputLines } from "./input-lines.js";
import { isCsv } from "./is-csv.js";
import { parseRecord } from "./parse-record.js";

/** The lines of an experiment's file. For a CSV file, those of the equivalent JSONL file. */
export function experimentLines(
  path: string,
  options: ReadLinesOptions = {},
): AsyncGenerator<InputLine, void, undefined> {
  return isCsv(path) ? readCsvLines(path, options) : readInputLines(path, options);
}

/** The record in a line, before any check by its API, or the line's problem. */
export function recordOfLine({
  text,
  utf8,
  problem,
}: InputLine): { readonly record: PromptRecord } | { readonly problems: readonly string[] } {
  if (problem !== undefined) return { problems: [problem] };
  return utf8 ? parseRecord(text) : { problems: ["Expected UTF-8 text, got other bytes."] };
}
