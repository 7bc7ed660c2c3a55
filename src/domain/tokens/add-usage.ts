import { isJsonObject } from "../json/json.js";
import type { JsonObject, JsonValue } from "../json/json.js";

/**
 * Combines the usage of several calls. Numbers are added at any depth; for other values, the last
 * one counts.
 */
export function addUsage(usages: readonly JsonValue[]): JsonValue | undefined {
  return usages.reduce<JsonValue | undefined>(
    (sum, usage) => (sum === undefined ? usage : addValues(sum, usage)),
    undefined,
  );
}

function addObjects(one: JsonObject, other: JsonObject): JsonObject {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(keys.map((key) => [key, addValues(one[key], other[key])]));
}

function addValues(one: JsonValue | undefined, other: JsonValue | undefined): JsonValue {
  if (typeof one === "number" && typeof other === "number") return one + other;
  if (isJsonObject(one) && isJsonObject(other)) return addObjects(one, other);
  return other ?? one ?? null;
}
