import { errorText } from "../../domain/failure/error-text.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import { parseExactJson } from "../../domain/json/exact-numbers.js";
import { shellWord } from "../../domain/shell-word.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";

export type ParsedRecord =
  | { readonly record: PromptRecord }
  /** Problems, one sentence each. */
  | { readonly problems: readonly string[] };

/**
 * Parses one line of an input file. The `NaN`, `Infinity` and `-Infinity` of Python's json become
 * null. A null `model_name` counts as missing, as in prompto's tables. Integers beyond 2^53 are
 * texts until they are sent.
 */
export function parseRecord(text: string): ParsedRecord {
  const parsed = parseJson(text);
  if ("problem" in parsed) return { problems: [parsed.problem] };
  if (!isJsonObject(parsed.value)) {
    return { problems: [`Expected a JSON object, got ${describe(parsed.value)}.`] };
  }
  const problems = problemsOf(parsed.value);
  if (problems.length > 0) return { problems };
  const { model_name: model, ...rest } = parsed.value;
  // problemsOf has checked every field of PromptRecord.
  const record = (model === null ? rest : parsed.value) as PromptRecord;
  return { record };
}

function parseJson(text: string): { readonly value: JsonValue } | { readonly problem: string } {
  if (text.trim() === "") return { problem: "Expected a JSON object, got a blank line." };
  try {
    return { value: parseExactJson(text) };
  } catch (error) {
    return { problem: `Expected JSON: ${withoutLineNumber(errorText(error))}.` };
  }
}

/**
 * Removes the position that some versions of Node.js add to the message. Users would take its "line
 * 1" for a line of the file.
 */
function withoutLineNumber(message: string): string {
  return message.replace(/ \(line \d+ column \d+\)/, "");
}

function problemsOf(value: JsonObject): readonly string[] {
  return [
    problemOfApi(value["api"]),
    problemOfPrompt(value["prompt"], Object.keys(value)),
    problemOfModel(value["model_name"]),
    problemOfParameters(value["parameters"]),
  ].filter((problem) => problem !== undefined);
}

function problemOfApi(api: JsonValue | undefined): string | undefined {
  if (typeof api === "string" && api.trim() !== "") return undefined;
  return api === undefined
    ? "Expected `api`, the name of an API; it is missing. Name a model for all records that lack it with --model, e.g. --model openai/gpt-4o."
    : `Expected \`api\` to be the name of an API, got ${describe(api)}.`;
}

/** Keys of a record that do not contain its prompt. */
const ownKeys: readonly string[] = ["id", "api", "model_name", "parameters", "group", "mode"];
const usualNames = /prompt|question|instruction|input|query|text|message/i;

function problemOfPrompt(
  prompt: JsonValue | undefined,
  keys: readonly string[],
): string | undefined {
  const forms = "a string, a list of strings, or a list of objects with `role` and `content`";
  if (prompt === undefined) {
    const own = keys.filter((key) => !ownKeys.includes(key));
    const named = own.find((key) => usualNames.test(key)) ?? own[0];
    const hint =
      named === undefined
        ? ""
        : ` Name the key that has it, e.g. --prompt-column ${shellWord(named)}.`;
    return `Expected \`prompt\`, ${forms}; it is missing.${hint}`;
  }
  if (typeof prompt === "string") return undefined;
  if (!isJsonArray(prompt)) return `Expected \`prompt\` to be ${forms}, got ${describe(prompt)}.`;
  const uniform = prompt.every((item) => typeof item === "string") || prompt.every(isJsonObject);
  if (uniform) return undefined;
  const kinds = [...new Set(prompt.map((item) => describe(item, false)))].join(" and ");
  return `Expected \`prompt\` to be ${forms}, got a list with ${kinds}.`;
}

function problemOfModel(model: JsonValue | undefined): string | undefined {
  if (model === undefined || model === null || typeof model === "string") return undefined;
  return `Expected \`model_name\` to be a string, got ${describe(model)}.`;
}

function problemOfParameters(parameters: JsonValue | undefined): string | undefined {
  if (parameters === undefined || parameters === null || isJsonObject(parameters)) return undefined;
  return `Expected \`parameters\` to be an object, got ${describe(parameters)}.`;
}

/** Describes a value without quoting all of it, because it may be a prompt. */
function describe(value: JsonValue, quote = true): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (!quote) return `a ${typeof value}`;
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
