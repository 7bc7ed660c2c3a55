import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { isAnswered } from "../../domain/record/line-end.js";
import { UserError } from "../../domain/failure/user-error.js";
import { errorCode } from "../../domain/failure/error-code.js";
import { readInputLines } from "../input/input-lines.js";
import type { InputLine } from "../input/input-lines.js";
import { withoutTornEnd } from "../lines/without-torn-end.js";

/**
 * Yields the lines of a completed file, from Ostinato or prompto. Throws a `UserError` if it is not
 * a completed file.
 */
export async function* completedLines(path: string): AsyncGenerator<InputLine, void, undefined> {
  for await (const { line } of outcomesIn(path)) yield line;
}

/** Yields the texts of the lines of a completed file. */
export async function* completedTexts(path: string): AsyncGenerator<string, void, undefined> {
  for await (const { line } of outcomesIn(path)) yield line.text;
}

/** Yields the texts of the lines with a nonempty answer. */
export async function* answeredLines(path: string): AsyncGenerator<string, void, undefined> {
  for await (const { line, value } of outcomesIn(path)) {
    if (isAnswered(value) && value["response"] !== null) yield line.text;
  }
}

interface CompletedLine {
  readonly line: InputLine;
  readonly value: JsonObject;
}

async function* outcomesIn(path: string): AsyncGenerator<CompletedLine, void, undefined> {
  let count = 0;
  try {
    for await (const line of withoutTornEnd(readInputLines(path))) {
      const value = parsed(line.text);
      if (!isOutcome(value)) {
        throw noOutcome(path, `something else in line ${line.line}`);
      }
      count += 1;
      yield { line, value };
    }
  } catch (error) {
    const code = errorCode(error);
    if (code !== "ENOENT" && code !== "EISDIR") throw error;
    throw new UserError(
      `Expected ${JSON.stringify(path)} to be a completed file, found ${code === "ENOENT" ? "nothing" : "a folder"} there. Check the path.`,
    );
  }
  if (count === 0) throw noOutcome(path, "no line");
}

/** False for a line of an input. prompto writes no `status`, but always a `response`. */
function isOutcome(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && ("response" in value || "status" in value);
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseJsonText(text);
  } catch {
    return undefined;
  }
}

function noOutcome(path: string, found: string): UserError {
  return new UserError(
    `Expected a completed file, a JSON object with a \`response\` in each line, got ${found} of ${JSON.stringify(path)}. Name the file that ends in -completed-….jsonl.`,
  );
}
