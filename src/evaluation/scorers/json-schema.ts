import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { isJsonObject } from "../../domain/json/json.js";

export type Validate = (value: JsonValue) => boolean;

const options = { strict: false, validateFormats: false, logger: false } as const;
const oldDraft = /draft-0[67]/;

/**
 * Compiles a schema of draft 2020-12, or of draft 6 or 7 if `$schema` says so. Does not check
 * `format`. Throws for an invalid schema.
 */
export function compileSchema(schema: JsonObject): Validate {
  const { $schema: dialect, ...rest } = schema;
  const isOld = typeof dialect === "string" && oldDraft.test(dialect);
  // One instance per schema, because two schemas may have the same `$id`.
  const validate = (isOld ? new Ajv(options) : new Ajv2020(options)).compile(rest);
  return (value) => validate(value);
}

/** Throws if the file is unreadable or is not a JSON object. */
export function readSchema(path: string): JsonObject {
  const value = JSON.parse(readFileSync(path, "utf8")) as JsonValue;
  if (isJsonObject(value)) return value;
  throw new Error("Expected a JSON object.");
}
