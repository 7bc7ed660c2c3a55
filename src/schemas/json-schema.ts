/** JSON Schemas of users: of structured output, validators, scorers and sources. */
import { Ajv } from "ajv";
import type { ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { computed } from "../domain/computed.js";
import type { JsonObject, JsonValue } from "../domain/json/json.js";

export interface SchemaFault {
  /** JSON pointer to the part that does not fit. The whole value has an empty one. */
  readonly path: string;
  /** In the validator's words: `must be integer`. */
  readonly message: string;
  /** The property that the part lacks. */
  readonly missing?: string;
}

/** The faults of a value. A value that fits has none. */
export type SchemaCheck = (value: JsonValue) => readonly SchemaFault[];

const options = { strict: false, validateFormats: false, logger: false, allErrors: true } as const;
const oldDraft = /draft-0[67]/;
const known = new WeakMap<JsonObject, SchemaCheck>();

/**
 * Compiles a schema once: of draft 2020-12, or of draft 6 or 7 if `$schema` says so. Does not check
 * `format`. Throws for an invalid schema.
 */
export function schemaCheck(schema: JsonObject): SchemaCheck {
  return computed(known, schema, () => compile(schema));
}

function compile(schema: JsonObject): SchemaCheck {
  const { $schema: dialect, ...rest } = schema;
  const isOld = typeof dialect === "string" && oldDraft.test(dialect);
  // Two schemas may have the same `$id`, so each has an instance of its own.
  const validate = (isOld ? new Ajv(options) : new Ajv2020(options)).compile(rest);
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(faultOf));
}

function faultOf({ instancePath: path, message = "is invalid", params }: ErrorObject): SchemaFault {
  // Only errors about `required` have it.
  const missing: unknown = params["missingProperty"];
  return { path, message, ...(typeof missing === "string" && { missing }) };
}
