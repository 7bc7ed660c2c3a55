import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { isThere } from "../files/is-there.js";
import { readCsvLines } from "../input/csv-lines.js";
import { readInputLines } from "../input/input-lines.js";
import type { InputLine } from "../input/input-lines.js";
import { isCsv } from "../input/is-csv.js";

/** Reads a file of rows, JSONL or CSV, in constant memory. Throws a `UserError` that names the line. */
export async function* readRows(path: string): AsyncGenerator<JsonObject, void, undefined> {
  if (!(await isThere(path))) {
    throw new UserError(
      `Expected a file of rows, found nothing at ${JSON.stringify(path)}. Check the path.`,
    );
  }
  for await (const line of linesOf(path)) yield rowOf(path, line);
}

function linesOf(path: string): AsyncIterable<InputLine> {
  if (isCsv(path)) return readCsvLines(path);
  if (path.endsWith(".jsonl")) return readInputLines(path);
  throw new UserError(
    `Expected a file of rows that ends in .jsonl or .csv, got ${JSON.stringify(path)}.`,
  );
}

function rowOf(path: string, { line, text, problem }: InputLine): JsonObject {
  if (problem !== undefined) throw new UserError(`${placeOf(path, line)}: ${problem}`);
  const value = parsed(path, { line, text });
  if (isJsonObject(value)) return value;
  throw new UserError(
    `${placeOf(path, line)}: Expected a row, a JSON object, got ${text.slice(0, 60)}.`,
  );
}

function parsed(path: string, { line, text }: Pick<InputLine, "line" | "text">): JsonValue {
  try {
    return parseJsonText(text);
  } catch (error) {
    throw new UserError(`${placeOf(path, line)}: Expected JSON: ${errorText(error)}.`);
  }
}

function placeOf(path: string, line: number): string {
  return `${JSON.stringify(path)}, line ${line}`;
}
