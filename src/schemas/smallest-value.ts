/** Finds a value that stands in for an answer in a dry run. */
import { isJsonArray, isJsonObject } from "../domain/json/json.js";
import type { JsonObject, JsonValue } from "../domain/json/json.js";
import { schemaCheck } from "./json-schema.js";

/** Maximum depth. It ends the search in recursive schemas. */
const deepest = 20;

/**
 * Returns a small value that fits a schema, or `undefined` if none is found. Patterns and rules
 * that relate several parts are not solved.
 */
export function smallestValue(schema: JsonObject): JsonValue | undefined {
  const value = valueOf(schema, { root: schema, depth: 0 });
  return schemaCheck(schema)(value).length === 0 ? value : undefined;
}

interface Place {
  readonly root: JsonObject;
  readonly depth: number;
}

function valueOf(given: JsonValue | undefined, { root, depth }: Place): JsonValue {
  if (!isJsonObject(given) || depth > deepest) return null;
  const schema = resolved(given, root);
  const { const: only, enum: values, anyOf, oneOf } = schema;
  const [first] = [only, ...list(values), schema["default"]].filter((each) => each !== undefined);
  if (first !== undefined) return first;
  const place = { root, depth: depth + 1 };
  const [choice] = [...list(anyOf), ...list(oneOf)];
  if (choice !== undefined && schema["type"] === undefined) return valueOf(choice, place);
  return valueOfType(schema, place);
}

function valueOfType(schema: JsonObject, place: Place): JsonValue {
  const { type: given, properties, items, minItems, minLength } = schema;
  const type = isJsonArray(given) ? given[0] : (given ?? (properties ? "object" : "string"));
  if (type === "object") return objectOf(schema, place);
  if (type === "array") {
    return Array.from({ length: Number(minItems ?? 0) }, () => valueOf(items, place));
  }
  if (type === "integer" || type === "number") return numberOf(schema);
  if (type === "boolean") return false;
  if (type === "string") return "x".repeat(Number(minLength ?? 0));
  return null;
}

function objectOf({ properties, required }: JsonObject, place: Place): JsonObject {
  const known = isJsonObject(properties) ? properties : {};
  const names = list(required).map(String);
  return Object.fromEntries(names.map((name) => [name, valueOf(known[name] ?? {}, place)]));
}

function numberOf({ minimum, exclusiveMinimum, maximum }: JsonObject): number {
  if (typeof minimum === "number") return Math.ceil(minimum);
  if (typeof exclusiveMinimum === "number") return Math.floor(exclusiveMinimum) + 1;
  return typeof maximum === "number" ? Math.min(0, Math.floor(maximum)) : 0;
}

/** Returns the schema that a `$ref` inside of the whole schema refers to. */
function resolved(schema: JsonObject, root: JsonObject): JsonObject {
  const { $ref: ref } = schema;
  if (typeof ref !== "string" || !ref.startsWith("#/")) return schema;
  let at: JsonValue | undefined = root;
  for (const key of ref.slice(2).split("/")) at = isJsonObject(at) ? at[key] : undefined;
  return isJsonObject(at) ? at : schema;
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}
