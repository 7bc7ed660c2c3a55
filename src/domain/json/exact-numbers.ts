/**
 * Keeps integers beyond 2^53, such as seeds and ids, which a double cannot represent. They are
 * parsed to marked texts, which become numbers again in the JSON that is sent.
 */
import { endOfString, parseJsonText } from "./json-text.js";
import type { JsonValue } from "./json.js";
import { parseJson } from "./parse-json.js";

/** Marks an integer. The mark is from Unicode's private use area, so no prompt begins with it. */
const mark = "\uE0F1integer:";
const long = /\d{16}/;
const numbers = /-?\d[\d.eE+-]*/g;
const marked = new RegExp(`"${mark}(-?\\d+)"`, "g");

/**
 * Parses like `parseJsonText`, but keeps integers beyond 2^53 exact. Throws a `SyntaxError` for
 * invalid JSON.
 */
export function parseExactJson(text: string): JsonValue {
  return parseJsonText(long.test(text) ? withMarks(text) : text);
}

/** Replaces the marked texts in JSON with the numbers from the file. */
export function withExactNumbers(json: string): string {
  return json.includes(mark) ? json.replace(marked, "$1") : json;
}

/** Replaces the marked texts with JavaScript's inexact numbers, for code that needs numbers. */
export function withPlainNumbers<Value>(value: Value): Value {
  const json = JSON.stringify(value);
  // Only the marked texts change, so the type stays right.
  return json.includes(mark) ? (JSON.parse(withExactNumbers(json)) as Value) : value;
}

/**
 * Parses like `parseJsonText`, but returns integers beyond 2^53 as texts of their digits. It is
 * meant for rows, where such numbers are ids.
 */
export function parseJsonWithDigits(text: string): JsonValue {
  if (!long.test(text)) return parseJsonText(text);
  const json = JSON.stringify(parseExactJson(text));
  return parseJson(json.replaceAll(mark, ""));
}

/** Marks integers outside strings. */
function withMarks(text: string): string {
  const parts: string[] = [];
  let from = 0;
  while (from < text.length) {
    const start = text.indexOf('"', from);
    const plainEnd = start === -1 ? text.length : start;
    parts.push(text.slice(from, plainEnd).replace(numbers, marking));
    if (start === -1) break;
    from = endOfString(text, start);
    parts.push(text.slice(start, from));
  }
  return parts.join("");
}

function marking(number: string): string {
  const isWhole = /^-?(0|[1-9]\d*)$/.test(number);
  return isWhole && !Number.isSafeInteger(Number(number)) ? `"${mark}${number}"` : number;
}
