/**
 * Whole numbers beyond 2^53, which a double can't hold: a seed, an id. They are parsed to a text that stands for them,
 * and become numbers again where JSON is sent.
 */
import { endOfString, parseJsonText } from "./json-text.js";
import type { JsonValue } from "./json.js";

/** From the private use area of Unicode, so that no prompt begins with it. */
const mark = "\uE0F1integer:";
const long = /\d{16}/;
const numbers = /-?\d[\d.eE+-]*/g;
const marked = new RegExp(`"${mark}(-?\\d+)"`, "g");

/** Like `parseJsonText`, but that whole numbers beyond 2^53 stay what they are. Throws a `SyntaxError`. */
export function parseExactJson(text: string): JsonValue {
  return parseJsonText(long.test(text) ? withMarks(text) : text);
}

/** JSON that is to be sent: the numbers as they stood in the file. */
export function withExactNumbers(json: string): string {
  return json.includes(mark) ? json.replace(marked, "$1") : json;
}

/** For code that wants JavaScript's numbers, though they are not exact. */
export function withPlainNumbers<Value>(value: Value): Value {
  const json = JSON.stringify(value);
  // The same value, but for the texts that stand for numbers.
  return json.includes(mark) ? (JSON.parse(withExactNumbers(json)) as Value) : value;
}

/** Outside of strings. */
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
