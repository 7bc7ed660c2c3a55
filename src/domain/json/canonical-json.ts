import { isJsonArray, isJsonObject } from "./json.js";
import type { JsonValue } from "./json.js";

/** Returns JSON with sorted object keys, so that equal values have equal texts. */
export function canonicalJson(value: JsonValue): string {
  if (isJsonArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${texts.join(",")}}`;
}
