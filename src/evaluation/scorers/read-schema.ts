import { readFileSync } from "node:fs";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { isJsonObject } from "../../domain/json/json.js";

/** Throws if the file is unreadable or is not a JSON object. */
export function readSchema(path: string): JsonObject {
  const value = JSON.parse(readFileSync(path, "utf8")) as JsonValue;
  if (isJsonObject(value)) return value;
  throw new Error("Expected a JSON object.");
}
