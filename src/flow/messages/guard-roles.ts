/**
 * Prevents the text of a line from starting messages: a question that contains `system:` stays a
 * question.
 */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { roleLines } from "./chat-messages.js";

/** Mark in front of a role that is plain text. It is a character of Unicode's private use area. */
const mark = "\u{f0000}";

/** @returns the value with a mark at each role line in its texts */
export function guarded(value: JsonValue): JsonValue {
  if (typeof value === "string") return value.replace(roleLines, `$1${mark}$2$3`);
  if (isJsonArray(value)) return value.map((item) => guarded(item));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, guarded(item)]);
  // An object made from JSON values is JSON.
  return Object.fromEntries(entries) as JsonObject;
}

/** Marks the role lines in those parts of a text that come from the line's inputs. */
export function guardedParts(text: string, lineInputs: JsonObject): string {
  // Guarding a text returns a text.
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

/** Returns the messages without marks, as the model receives them. */
export function withoutMarks<Value extends JsonValue | readonly JsonObject[]>(value: Value): Value {
  // Only characters in texts are removed, so the type stays the same.
  return JSON.parse(JSON.stringify(value).replaceAll(mark, "")) as Value;
}
