/**
 * Keeps the text of a line from beginning messages: a question that contains `system:` stays a
 * question.
 */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { roleLines } from "./chat-messages.js";

/** A character of Unicode's private use, in front of a role that is text. */
const mark = "\u{f0000}";

/** @returns the value with each role line in it marked as text */
export function guarded(value: JsonValue): JsonValue {
  if (typeof value === "string") return value.replace(roleLines, `$1${mark}$2$3`);
  if (isJsonArray(value)) return value.map((item) => guarded(item));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, guarded(item)]);
  // Entries of JSON values make a JSON object.
  return Object.fromEntries(entries) as JsonObject;
}

/** A text that contains texts of a line: only those are marked. */
export function guardedParts(text: string, lineInputs: JsonObject): string {
  // A guarded text is a text.
  return textsIn(lineInputs)
    .filter((part) => new RegExp(roleLines).test(part))
    .sort((one, other) => other.length - one.length)
    .reduce((whole, part) => whole.replaceAll(part, () => guarded(part) as string), text);
}

function textsIn(value: JsonValue): readonly string[] {
  if (typeof value === "string") return [value];
  if (isJsonArray(value)) return value.flatMap((item) => textsIn(item));
  return isJsonObject(value) ? Object.values(value).flatMap((item) => textsIn(item)) : [];
}

/** The messages as a model gets them. */
export function withoutMarks<Value extends JsonValue | readonly JsonObject[]>(value: Value): Value {
  // Removing characters of texts keeps the shape.
  return JSON.parse(JSON.stringify(value).replaceAll(mark, "")) as Value;
}
