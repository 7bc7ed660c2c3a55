/** Converts the issues of a schema to sentences. */
import type * as z from "zod";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { hintOf, inBackticks } from "../../domain/nearest-match.js";
import { samplerKeys, samplerTypes } from "./sampler-schema.js";

export interface SchemaProblem {
  /** Path from the checked value. */
  readonly path: readonly PropertyKey[];
  /** Message without the beginning that names the place: `expected … to be a list, got 3.` */
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

/** @param known the kind of step, with the keys that it accepts */
export function schemaProblems(
  issues: readonly Issue[],
  value: JsonObject,
  known: { readonly kind: string; readonly keys: readonly string[] },
): readonly SchemaProblem[] {
  return issues.flatMap((issue): readonly SchemaProblem[] => {
    const { path } = issue;
    if (issue.code === "unrecognized_keys") {
      const parent = path.length === 0 ? known.kind : withPath(path);
      const keys = path.length === 0 ? known.keys : keysIn(value, path);
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `${withPath([...path, key])} is no key of ${parent}. ${hintOf(key, keys, inBackticks)}`,
      }));
    }
    const expected = expectation(issue);
    if (path.length === 0) return [{ path, message: `expected ${expected}.` }];
    const got = at(value, path);
    const message =
      got === undefined
        ? `${withPath(path)} is missing. Expected ${expected}.`
        : `expected ${withPath(path)} to be ${expected}, got ${shown(got)}.`;
    return [{ path, message }];
  });
}

/** Returns the keys of objects inside a step that have their own keys. */
function keysIn(value: JsonObject, path: readonly PropertyKey[]): readonly string[] {
  if (path[0] === "draw") return ["file", "columns", "replace"];
  if (path[0] === "validate") return ["schema", "pattern", "function"];
  const sampler = at(value, path);
  const type = isJsonObject(sampler) ? sampler["type"] : undefined;
  return typeof type === "string" ? samplerKeys(type) : [];
}

function expectation(issue: Issue): string {
  if (issue.code === "invalid_type") return typeWords[issue.expected] ?? issue.expected;
  if (issue.code === "too_small") return small(issue.origin, Number(issue.minimum));
  if (issue.code === "too_big") return `at most ${issue.maximum}`;
  if (issue.code === "invalid_value") {
    return issue.values.map((value) => JSON.stringify(value)).join(" or ");
  }
  const isSampler = issue.code === "invalid_union" && issue.discriminator !== undefined;
  // The schema provides the words for all other issues.
  return isSampler ? `one of ${samplerTypes.join(", ")}` : issue.message;
}

const typeWords: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function small(origin: string, minimum: number): string {
  if (origin === "string") return "text that is not empty";
  return origin === "array" ? "a list that is not empty" : `at least ${minimum}`;
}

function withPath(path: readonly PropertyKey[]): string {
  return inBackticks(keyText(path));
}

/** Formats a path as one word: `validate.pattern`, `columns[2]`. */
export function keyText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      return `${index === 0 ? "" : "."}${String(part)}`;
    })
    .join("");
}

function at(value: JsonValue, path: readonly PropertyKey[]): JsonValue | undefined {
  let current: unknown = value;
  for (const part of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, part))
      return undefined;
    current = Reflect.get(current, part);
  }
  // A part of a JSON value is a JSON value.
  return current as JsonValue;
}

function shown(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
