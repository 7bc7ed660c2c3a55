import type { JsonValue } from "../../domain/json/json.js";
import type { ScorerOptions } from "../../domain/scores/scorer-setting.js";
import type { ScoredRecord } from "./scorer.js";

/** Returns the record's expected value. Throws if the record lacks the key. */
export function expectedOf(record: ScoredRecord, { expected }: ScorerOptions): JsonValue {
  const key = expected ?? "expected_response";
  const value = record[key];
  if (value === undefined) throw new Error(`Expected the record to have \`${key}\`, got none.`);
  return value;
}

/**
 * Returns the expected value as text. A number or boolean counts as its text, because a table does
 * not distinguish 44 from "44".
 */
export function expectedText(record: ScoredRecord, options: ScorerOptions): string {
  const value = plainText(expectedOf(record, options));
  return textOr(value, `\`${options.expected ?? "expected_response"}\``);
}

export function responseText(record: ScoredRecord): string {
  return textOr(record["response"] ?? null, "`response`");
}

/** Returns the text of a number or a boolean, and other values unchanged. */
export function plainText(value: JsonValue): JsonValue {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

function textOr(value: JsonValue, what: string): string {
  if (typeof value === "string") return value;
  throw new Error(`Expected ${what} to be a text, got ${kindOf(value)}.`);
}

export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : `a ${typeof value}`;
}

/** Returns the text after the options `ignoreCase` and `trim` are applied. */
export function normalized(text: string, { ignoreCase, trim }: ScorerOptions): string {
  const trimmed = trim === true ? text.trim() : text;
  return ignoreCase === true ? trimmed.toLowerCase() : trimmed;
}

/**
 * Returns the contents of a Markdown code fence if the option `fenced` is set and the text has a
 * fence; otherwise the text.
 */
export function unfenced(text: string, { fenced }: ScorerOptions): string {
  if (fenced !== true) return text;
  return /^[ \t]*```[^\n]*\n(.*?)^[ \t]*```[ \t]*$/ms.exec(text)?.[1] ?? text;
}
