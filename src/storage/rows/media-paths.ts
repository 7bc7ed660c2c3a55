import { isAbsolute, resolve } from "node:path";

import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";

const imageFile = /^data:image\/.*;path$/;

/**
 * Makes the paths of images absolute. promptflow writes them relative to the row's file:
 * `{"data:image/png;path": "cat.png"}`, or an `image_file` with a `path`.
 */
export function withMediaPaths(row: JsonObject, folder: string): JsonObject {
  return mapMembers(row, (value) => resolved(value, folder));
}

function resolved(value: JsonValue, folder: string): JsonValue {
  if (isJsonArray(value)) return value.map((item: JsonValue) => resolved(item, folder));
  if (!isJsonObject(value)) return value;
  const [only, ...others] = Object.keys(value);
  if (only !== undefined && others.length === 0 && imageFile.test(only)) {
    return { [only]: absolute(value[only] ?? null, folder) };
  }
  const file = value["image_file"];
  if (value["type"] === "image_file" && isJsonObject(file)) {
    return { ...value, image_file: { ...file, path: absolute(file["path"] ?? null, folder) } };
  }
  return mapMembers(value, (member) => resolved(member, folder));
}

function absolute(path: JsonValue, folder: string): JsonValue {
  return typeof path !== "string" || isAbsolute(path) ? path : resolve(folder, path);
}

function mapMembers(object: JsonObject, change: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
