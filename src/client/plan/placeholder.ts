/** Placeholders for the answers of models when nothing is sent. */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { assumedLongestAnswer } from "../../domain/plan/token-estimate.js";
import type { StepDefinition } from "../../pipeline/definition/definition.js";

/** Usual answers for steps whose answers must match a pattern. */
const shortAnswers = [
  "1",
  "5",
  "0.5",
  "yes",
  "Yes",
  "true",
  "A",
  "A.",
  "[[A]]",
  "Rating: 5",
  "Score: 5",
];

/** Returns an answer with this number of tokens, for the prompts of later steps. */
export function longText(tokens = assumedLongestAnswer): string {
  return "word ".repeat(tokens).trimEnd();
}

/** Returns an answer that passes the check of most steps. Its texts are `text`. */
export function placeholderFor(step: StepDefinition | undefined, text: string): string {
  const schema = step && schemaOf(step);
  if (schema) return JSON.stringify(exampleOf(schema, text));
  const { pattern } = (step && "validate" in step ? step.validate : undefined) ?? {};
  if (pattern === undefined) return text;
  const matching = new RegExp(pattern, "u");
  return [text, ...shortAnswers].find((answer) => matching.test(answer)) ?? text;
}

function schemaOf(step: StepDefinition): JsonObject | undefined {
  if ("schema" in step && isJsonObject(step.schema)) return step.schema;
  const { schema } = ("validate" in step ? step.validate : undefined) ?? {};
  return schema;
}

function exampleOf(schema: JsonValue | undefined, text: string): JsonValue {
  if (!isJsonObject(schema)) return text;
  const { const: only, enum: choices } = schema;
  if (only !== undefined) return only;
  if (isJsonArray(choices)) return choices[0] ?? null;
  const alternatives = schema["anyOf"] ?? schema["oneOf"];
  if (isJsonArray(alternatives)) return exampleOf(alternatives[0], text);
  const [kind] = isJsonArray(schema["type"]) ? schema["type"] : [schema["type"]];
  const make = typeof kind === "string" ? examples[kind] : undefined;
  return (make ?? exampleOfObject)(schema, text);
}

type MakeExample = (schema: JsonObject, text: string) => JsonValue;

/** Example value by JSON Schema type. */
const examples: Readonly<Record<string, MakeExample>> = {
  string: (_schema, text) => text,
  integer: numberOf,
  number: numberOf,
  boolean: () => true,
  null: () => null,
  array: ({ items, minItems }, text) => {
    const length = typeof minItems === "number" ? minItems : 1;
    return Array.from({ length }, () => exampleOf(items, text));
  },
};

function numberOf({ minimum }: JsonObject): JsonValue {
  return typeof minimum === "number" ? minimum : 1;
}

function exampleOfObject({ properties }: JsonObject, text: string): JsonValue {
  return isJsonObject(properties) ? objectOf(properties, text) : text;
}

function objectOf(properties: JsonObject, text: string): JsonObject {
  const members = Object.entries(properties).map(([key, value]) => [key, exampleOf(value, text)]);
  // The entries are names with JSON values.
  return Object.fromEntries(members) as JsonObject;
}
