import { isDeepStrictEqual } from "node:util";
import type { JsonValue } from "../../domain/json/json.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { BuiltInScorer, ScorerOptions } from "../../domain/scores/scorer-setting.js";
import { readSchema } from "./read-schema.js";
import { schemaCheck } from "../../schemas/json-schema.js";
import type { SchemaCheck } from "../../schemas/json-schema.js";
import { lastNumber } from "./last-number.js";
import { characters, levenshteinDistance } from "./levenshtein.js";
import {
  expectedOf,
  expectedText,
  kindOf,
  normalized,
  plainText,
  responseText,
  unfenced,
} from "./record-texts.js";
import type { Score, ScoredRecord } from "./scorer.js";

type ScoreRecord = (record: ScoredRecord) => Score;

/** Makes each scorer for its options. Throws for an invalid pattern or schema. */
export const makeBuiltInScorer: Readonly<
  Record<BuiltInScorer, (options: ScorerOptions) => ScoreRecord>
> = {
  match: (options) => (record) => equals(record["response"], expectedOf(record, options), options),
  includes,
  "starts-with": (options) => (record) => {
    const [response, expected] = bothTexts(record, options);
    return response.startsWith(expected);
  },
  regex,
  levenshtein: (options) => (record) => similarity(...bothTexts(record, options)),
  "equals-number": equalsNumber,
  "json-valid": (options) => (record) =>
    parseJson(unfenced(responseText(record), options)) !== undefined,
  "json-schema": jsonSchema,
};

function bothTexts(record: ScoredRecord, options: ScorerOptions): [string, string] {
  const expected = expectedText(record, options);
  return [normalized(responseText(record), options), normalized(expected, options)];
}

function equals(one: JsonValue | undefined, other: JsonValue, options: ScorerOptions): boolean {
  if (typeof one !== "string") return isDeepStrictEqual(one, other);
  const text = plainText(other);
  return typeof text === "string" && normalized(one, options) === normalized(text, options);
}

/**
 * Makes the scorer `includes`. As in prompto, the expected value is a part of a text, or an element
 * of a list.
 */
function includes(options: ScorerOptions): ScoreRecord {
  return (record) => {
    const { response } = record;
    if (Array.isArray(response)) {
      const expected = expectedOf(record, options);
      return response.some((part: JsonValue) => equals(part, expected, options));
    }
    const [text, expected] = bothTexts(record, options);
    return text.includes(expected);
  };
}

function regex(options: ScorerOptions): ScoreRecord {
  const compile = (pattern: string): RegExp => compilePattern(pattern, options.ignoreCase === true);
  const fixed = options.pattern === undefined ? undefined : compile(options.pattern);
  const { trim = false } = options;
  return (record) => {
    const pattern = fixed ?? compile(expectedText(record, options));
    return pattern.test(normalized(responseText(record), { trim }));
  };
}

/**
 * Compiles a pattern. The `u` flag covers all characters but rejects escapes that other languages
 * allow.
 */
function compilePattern(pattern: string, ignoreCase: boolean): RegExp {
  const flags = ignoreCase ? "i" : "";
  try {
    return new RegExp(pattern, `${flags}u`);
  } catch {
    return new RegExp(pattern, flags);
  }
}

function similarity(response: string, expected: string): number {
  const longest = Math.max(characters(response).length, characters(expected).length);
  return longest === 0 ? 1 : 1 - levenshteinDistance(response, expected) / longest;
}

function equalsNumber(options: ScorerOptions): ScoreRecord {
  const { tolerance = 0 } = options;
  const relative = typeof tolerance === "string" && tolerance.endsWith("%");
  const amount = Number(String(tolerance).replace("%", "")) / (relative ? 100 : 1);
  return (record) => {
    const given = expectedOf(record, options);
    const expected = numberIn(given);
    if (expected === undefined) {
      const key = options.expected ?? "expected_response";
      throw new Error(`Expected \`${key}\` to be or to have a number, got ${kindOf(given)}.`);
    }
    const { response = null } = record;
    const got = numberIn(typeof response === "number" ? response : responseText(record));
    if (got === undefined) return false;
    const allowed = relative ? Math.abs(expected) * amount : amount;
    // The factor allows for rounding, because 0.3 must be within 0.1 of 0.2.
    return Math.abs(got - expected) <= allowed * (1 + 1e-9);
  };
}

function numberIn(value: JsonValue): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" ? lastNumber(value) : undefined;
}

function jsonSchema(options: ScorerOptions): ScoreRecord {
  const { schema } = options;
  const fixed =
    schema === undefined
      ? undefined
      : schemaCheck(typeof schema === "string" ? readSchema(schema) : schema);
  const compiled = new Map<string, SchemaCheck>();
  return (record) => {
    const validate = fixed ?? compileOnce(expectedOf(record, options), compiled);
    const parsed = parseJson(unfenced(responseText(record), options));
    return parsed !== undefined && validate(parsed.value).length === 0;
  };
}

const mostCompiled = 100;

function compileOnce(schema: JsonValue, compiled: Map<string, SchemaCheck>): SchemaCheck {
  if (!isJsonObject(schema)) {
    throw new Error(`Expected a JSON Schema, an object, got ${kindOf(schema)}.`);
  }
  const text = JSON.stringify(schema);
  const known = compiled.get(text);
  if (known) return known;
  if (compiled.size >= mostCompiled) compiled.clear();
  const validate = schemaCheck(schema);
  compiled.set(text, validate);
  return validate;
}

function parseJson(text: string): { readonly value: JsonValue } | undefined {
  try {
    // JSON.parse returns only JSON values.
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return undefined;
  }
}
