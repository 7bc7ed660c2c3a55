/**
 * Checks values with JSON Schemas from users: of structured output, validators, scorers and
 * sources.
 */
import { Ajv } from "ajv";
import type { ErrorObject } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { computed } from "../domain/computed.js";
import type { JsonObject, JsonValue } from "../domain/json/json.js";

export interface SchemaFault {
  /** JSON pointer to the part that does not fit; empty for the whole value. */
  readonly path: string;
  /** Message in the validator's words: `must be integer`. */
  readonly message: string;
  /** Name of the property that the part lacks. */
  readonly missing?: string;
}

/** Returns the faults of a value; empty for a value that fits. */
export type SchemaCheck = (value: JsonValue) => readonly SchemaFault[];

const options = { strict: false, validateFormats: false, logger: false, allErrors: true } as const;
const oldDraft = /draft-0[67]/;
const known = new WeakMap<JsonObject, SchemaCheck>();

/**
 * Compiles a schema of draft 2020-12, or of draft 6 or 7 if `$schema` says so. Does not check
 * `format`. Throws for an invalid schema.
 */
export function schemaCheck(schema: JsonObject): SchemaCheck {
  return computed(known, schema, () => compile(schema));
}

function compile(schema: JsonObject): SchemaCheck {
  const { $schema: dialect, ...rest } = schema;
  const isOld = typeof dialect === "string" && oldDraft.test(dialect);
  // Two schemas may have the same `$id`, so each schema has its own instance.
  const ajv = isOld ? new Ajv(options) : new Ajv2020(options);
  if (ajv.validateSchema(rest) !== true) throw new Error(invalidText(rest, ajv.errors ?? []));
  const validate = ajv.compile(rest);
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(faultOf));
}

/**
 * Returns one sentence per place. If a place has several errors, the error that lists the allowed
 * values is used.
 */
function invalidText(schema: JsonObject, errors: readonly ErrorObject[]): string {
  const places = [...new Set(errors.map(({ instancePath }) => instancePath))];
  const texts = places.flatMap((place) => {
    const here = errors.filter(({ instancePath }) => instancePath === place);
    const own = here.find(({ keyword }) => keyword === "enum") ?? here[0];
    return own === undefined ? [] : [placeText(schema, own)];
  });
  return texts.join(", ");
}

function placeText(schema: JsonObject, { instancePath, message, params }: ErrorObject): string {
  const keys = instancePath
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const value = keys.reduce<JsonValue | undefined>(
    // The items of an array have their indexes as keys, too.
    (at, key) => (typeof at === "object" && at !== null ? (at as JsonObject)[key] : undefined),
    schema,
  );
  const place = keys.length === 0 ? "it" : `\`${keys.join(".")}\``;
  // Only errors about `enum` have this parameter.
  const allowed: unknown = params["allowedValues"];
  const rule = Array.isArray(allowed)
    ? `must be one of ${allowed.join(", ")}`
    : (message ?? "is invalid");
  return `${place} ${rule}, got ${JSON.stringify(value)}`;
}

function faultOf({ instancePath: path, message = "is invalid", params }: ErrorObject): SchemaFault {
  // Only errors about `required` have this parameter.
  const missing: unknown = params["missingProperty"];
  return { path, message, ...(typeof missing === "string" && { missing }) };
}
