import { canonicalJson } from "../json/canonical-json.js";
import type { JsonObject, JsonValue } from "../json/json.js";
import { isOurs } from "../record/output-line.js";

/** The keys of a record that a built-in API reads. Other keys do not change its answer. */
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
 * The request in a record or in its completed line, as text. Equal for records that ask the same of
 * the same model, whatever the order of their keys and their ids.
 *
 * @param everyKey true for APIs of the user's own, which may read any key
 */
export function requestOf(record: JsonObject, everyKey = false): string {
  const asked: [string, JsonValue][] = [];
  for (const [key, value] of Object.entries(record)) {
    // A completed line has the record's `model` under this name, since ours is the answer's.
    const name = everyKey && key === "model" ? "input-model" : key;
    // A null counts as a missing key.
    if (value !== null && (everyKey ? mayBeRead(name) : requestKeys.includes(name))) {
      asked.push([name, value]);
    }
  }
  return canonicalJson({ parameters: {}, ...Object.fromEntries(asked) });
}

/** False for the keys of a call's result, and for those that tell where a record is from. */
function mayBeRead(key: string): boolean {
  if (key === "input-model") return true;
  return !namingKeys.includes(key) && !isOurs(key) && !key.startsWith("input-");
}
