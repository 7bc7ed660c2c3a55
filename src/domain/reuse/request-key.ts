import { canonicalJson } from "../json/canonical-json.js";
import type { JsonObject, JsonValue } from "../json/json.js";
import { isOurs } from "../record/output-line.js";

/** Keys of a record that a built-in API reads. Other keys do not change its answer. */
export const requestKeys: readonly string[] = [
  "api",
  "model_name",
  "prompt",
  "parameters",
  "mode",
  "safety_filter",
];

/** Keys that no API reads. */
const namingKeys: readonly string[] = ["id", "group"];

/**
 * Returns the request in a record or in its completed line, as text. Records with the same content
 * for the same model have the same text, for any ids and any order of their keys.
 *
 * @param everyKey true for the user's own APIs, which may read any key
 */
export function requestOf(record: JsonObject, everyKey = false): string {
  const asked: [string, JsonValue][] = [];
  for (const [key, value] of Object.entries(record)) {
    // A completed line has the record's `model` under this name, because `model` there is the
    // answer's model.
    const name = everyKey && key === "model" ? "input-model" : key;
    // A null counts as a missing key.
    if (value !== null && (everyKey ? mayBeRead(name) : requestKeys.includes(name))) {
      asked.push([name, value]);
    }
  }
  return canonicalJson({ parameters: {}, ...Object.fromEntries(asked) });
}

/** False for the keys of a call's result, and for keys that tell where a record comes from. */
function mayBeRead(key: string): boolean {
  if (key === "input-model") return true;
  return !namingKeys.includes(key) && !isOurs(key) && !key.startsWith("input-");
}
