import { readFileSync } from "node:fs";
import type { JsonObject } from "../../domain/json/json.js";
import { isJsonObject } from "../../domain/json/json.js";
import { parseJson } from "../../domain/json/parse-json.js";

/** Reads a JSON Schema. Throws if the file is unreadable or is not a JSON object. */
export function readSchema(path: string): JsonObject {
  const value = parseJson(readFileSync(path, "utf8"));
  if (isJsonObject(value)) return value;
  throw new Error("Expected a JSON object.");
}
