/** JSON Schemas of users: structured output and validators. */
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";

/** The faults of a value as the validator words them; `undefined` for a value that fits. */
export type SchemaCheck = (value: JsonValue) => string | undefined;

const options = { strict: false, validateFormats: false, logger: false, allErrors: true } as const;
const oldDraft = /draft-0[67]/;
const known = new WeakMap<JsonObject, SchemaCheck>();

/**
 * Compiles a schema once: of draft 2020-12, or of draft 6 or 7 if `$schema` says so. Does not check `format`. Throws
 * for a schema that is none.
 */
export function schemaCheck(schema: JsonObject): SchemaCheck {
  const check = known.get(schema) ?? compile(schema);
  known.set(schema, check);
  return check;
}

function compile(schema: JsonObject): SchemaCheck {
  const { $schema: dialect, ...rest } = schema;
  const isOld = typeof dialect === "string" && oldDraft.test(dialect);
  // Two schemas may have the same `$id`, so each has an instance of its own.
  const ajv = isOld ? new Ajv(options) : new Ajv2020(options);
  const validate = ajv.compile(rest);
  return (value) =>
    validate(value) ? undefined : ajv.errorsText(validate.errors, { dataVar: "the answer" });
}
