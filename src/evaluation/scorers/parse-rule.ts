import * as z from "zod";
import { errorText } from "../../domain/failure/error-text.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import type { JsonValue } from "../../domain/json/json.js";
import { isJsonObject } from "../../domain/json/json.js";
import { UserError } from "../../domain/failure/user-error.js";
import { lastNumber } from "./last-number.js";

/** Verdict in a judge's answer, a number or a label, or the reason for its absence. */
export type ParsedVerdict = { readonly verdict: number | string } | { readonly problem: string };

/** Reads the verdict from a judge's answer. */
export type ParseRule = (answer: string) => ParsedVerdict;

const schema = z.union([
  z.literal("last_number"),
  z.strictObject({ json_field: z.string().min(1) }),
  z.strictObject({ regex: z.string().min(1) }),
  z.strictObject({ labels: z.array(z.string().min(1)).min(1) }),
]);

/**
 * Makes a rule from `parse` in a judge's settings:
 *
 * - `"last_number"`
 * - `{"json_field": "score"}` (`"a.b"` for a nested field)
 * - `{"regex": "Score: (\\d+)"}` (its first group, otherwise the whole match)
 * - `{"labels": ["yes", "no"]}`
 *
 * @param label owner of the rule, for the message
 * @throws UserError for an invalid rule
 */
export function parseRule(value: JsonValue, label: string): ParseRule {
  const result = schema.safeParse(value);
  if (!result.success) {
    throw new UserError(
      `Expected \`parse\` of ${label} to be "last_number", {"json_field": "…"}, {"regex": "…"} or {"labels": ["…"]}, got ${JSON.stringify(value).slice(0, 80)}.`,
    );
  }
  const rule = result.data;
  if (rule === "last_number") return numberAtTheEnd;
  if ("json_field" in rule) return jsonField(rule.json_field);
  if ("regex" in rule) return matchOf(compiled(rule.regex, label));
  return labelOf(rule.labels);
}

function numberAtTheEnd(answer: string): ParsedVerdict {
  const verdict = lastNumber(answer);
  if (verdict !== undefined) return { verdict };
  return { problem: "Expected a number in the answer, found none." };
}

function jsonField(path: string): ParseRule {
  return (answer) => {
    const value = jsonIn(answer);
    if (value === undefined) return { problem: "Expected JSON in the answer, found none." };
    const keys = isJsonObject(value) && Object.hasOwn(value, path) ? [path] : path.split(".");
    let field: JsonValue | undefined = value;
    for (const key of keys) field = isJsonObject(field) ? field[key] : undefined;
    if (typeof field === "number" || typeof field === "string") return verdictOf(field);
    if (typeof field === "boolean") return { verdict: field.toString() };
    return { problem: `Expected a number or a text in \`${path}\` of the answer, found none.` };
  };
}

/**
 * Parses the whole answer, its code fence, or the text from its first brace to its last. Returns
 * `undefined` if none of these is JSON.
 */
function jsonIn(answer: string): JsonValue | undefined {
  const fenced = /```(?:json)?\s*([\s\S]*?)```/.exec(answer)?.[1];
  const braced = answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1);
  for (const text of [answer, fenced, braced]) {
    try {
      if (text !== undefined && text !== "") return parseJsonText(text);
    } catch {
      // The next candidate may be JSON.
    }
  }
  return undefined;
}

function compiled(pattern: string, label: string): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch (error) {
    throw new UserError(
      `Expected \`regex\` in \`parse\` of ${label} to be a regular expression, got ${JSON.stringify(pattern)}: ${errorText(error)}.`,
      { cause: error },
    );
  }
}

function matchOf(pattern: RegExp): ParseRule {
  return (answer) => {
    const match = pattern.exec(answer);
    const text = match?.slice(1).find((group: string | undefined) => group !== undefined);
    if (match) return verdictOf((text ?? match[0]).trim());
    return { problem: `Expected the answer to match ${pattern.source}, it doesn't.` };
  };
}

function labelOf(labels: readonly string[]): ParseRule {
  const known = labels.map((label) => ({ label, pattern: wordPattern(label) }));
  return (answer) => {
    const exact = labels.find((label) => label.toLowerCase() === answer.trim().toLowerCase());
    if (exact !== undefined) return { verdict: exact };
    const found = known.filter(({ pattern }) => pattern.test(answer)).map(({ label }) => label);
    const [only, other] = withoutParts(found);
    if (only !== undefined && other === undefined) return { verdict: only };
    const got = only === undefined ? "found none" : `found ${found.join(" and ")}`;
    return { problem: `Expected one of ${labels.join(", ")} in the answer, ${got}.` };
  };
}

/** Drops labels that are part of a longer label: in "not harmful", "harmful" does not count. */
function withoutParts(found: readonly string[]): readonly string[] {
  const contains = (long: string, short: string): boolean =>
    long !== short && wordPattern(short).test(long);
  return found.filter((label) => !found.some((other) => contains(other, label)));
}

function wordPattern(label: string): RegExp {
  const escaped = label.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, "iu");
}

function verdictOf(value: number | string): ParsedVerdict {
  if (typeof value === "number") return { verdict: value };
  if (value === "") return { problem: "Expected a number or a label, got an empty text." };
  const number = Number(value);
  return { verdict: value.trim() !== "" && Number.isFinite(number) ? number : value };
}
