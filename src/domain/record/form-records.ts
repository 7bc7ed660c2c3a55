import { errorText } from "../failure/error-text.js";
import { UserError } from "../failure/user-error.js";
import { parseExactJson, parseJsonWithDigits, withExactNumbers } from "../json/exact-numbers.js";
import { membersOf, objectTextOf } from "../json/json-members.js";
import { escapeLineSeparators, parseJsonText, stringText } from "../json/json-text.js";
import type { JsonObject, JsonValue } from "../json/json.js";
import { isJsonObject } from "../json/json.js";
import type { LineForm, ModelChoice } from "./input-form.js";
import { parseModelChoice } from "./input-form.js";

/** A line of the equivalent JSONL file. */
export interface FormedRecord {
  readonly text: string;
  /** Reason in a sentence why the line is not a record. */
  readonly problem?: string;
}

type Members = Map<string, string>;

/** True if the line has `messages` or `model` in place of a missing `prompt` or `model_name`. */
export function hasAlias(text: string): boolean {
  if (!/"(?:messages|model)"/.test(text)) return false;
  if (!objectOf(text)) return false;
  const members = membersOf(text);
  return meansPrompt(members) || meansModel(members);
}

export interface SourceLine {
  readonly text: string;
  /**
   * Number of the record in the input, starting at 1. It is the id of a record that has none if
   * there are several models.
   */
  readonly number: number;
  /** Columns of a table, which a template may use even if their cells are empty. @default none */
  readonly columns?: readonly string[];
}

/**
 * Returns the records of a line of an input: one, or one per model. A line that needs no change
 * keeps its text. A line that is not a JSON object is returned unchanged, and the check of records
 * reports it.
 */
export function formRecords(
  { text, number, columns = [] }: SourceLine,
  form: LineForm,
): readonly FormedRecord[] {
  if (isEmpty(form) && !hasAlias(text)) return [{ text }];
  if (!objectOf(text)) return [{ text }];
  const members = membersOf(text);
  try {
    setPrompt(members, { text, columns }, form);
  } catch (error) {
    if (error instanceof UserError) return [{ text, problem: errorText(error) }];
    throw error;
  }
  takeAliases(members);
  mergeParameters(members, form.parameters);
  const models = modelsFor(members, form);
  if (models.length === 0) {
    const isSame = sameMembers(members, membersOf(text));
    return [{ text: isSame ? text : objectTextOf(members) }];
  }
  const ids = models.length > 1 && isMissing(members, "id") ? [["id", `${number}`] as const] : [];
  return models.map((model) => ({ text: withModel(members, model, ids) }));
}

function sameMembers(one: Members, other: Members): boolean {
  const values = [...other];
  return (
    one.size === other.size &&
    [...one].every(([key, text], at) => values[at]?.[0] === key && values[at][1] === text)
  );
}

function isEmpty({ models = [], parameters = {}, ...form }: LineForm): boolean {
  return models.length === 0 && Object.keys(parameters).length === 0 && !setsPrompt(form);
}

function setsPrompt({ promptColumn, render }: LineForm): boolean {
  return promptColumn !== undefined || render !== undefined;
}

/**
 * Sets the prompt. If the line has a prompt besides the column or template, that prompt is kept as
 * `input-prompt`.
 */
function setPrompt(
  members: Members,
  { text, columns }: { readonly text: string; readonly columns: readonly string[] },
  { promptColumn, render }: LineForm,
): void {
  const prompt = render
    ? stringText(render(valuesOf(text, columns)))
    : promptOf(members, promptColumn);
  if (prompt === undefined) return;
  const own = members.get("prompt");
  if (own !== undefined && promptColumn !== "prompt") members.set("input-prompt", own);
  members.set("prompt", prompt);
}

function valuesOf(text: string, columns: readonly string[]): JsonObject {
  const value = parseJsonWithDigits(text);
  const empty = Object.fromEntries(columns.map((column) => [column, ""]));
  return isJsonObject(value) ? { ...empty, ...value } : empty;
}

function promptOf(members: Members, column: string | undefined): string | undefined {
  if (column === undefined) return undefined;
  const text = members.get(column);
  if (text === undefined || text === "null") {
    const names = [...members.keys()].map((name) => `\`${name}\``).join(", ");
    throw new UserError(
      `Expected a prompt in \`${column}\`, got none. The line has ${names === "" ? "no keys" : names}.`,
    );
  }
  return /^[[{"]/.test(text) ? text : stringText(text);
}

function takeAliases(members: Members): void {
  if (meansPrompt(members)) {
    rename(members, "messages", "prompt");
    takeRequestParameters(members);
  }
  if (!meansModel(members)) return;
  const { api, model } = parseModelChoice(stringOf(members.get("model")) ?? "");
  if (isMissing(members, "api") && model !== undefined) {
    members.set("api", stringText(api));
    members.set("model", stringText(model));
  }
  members.delete("model_name");
  rename(members, "model", "model_name");
}

/** Parameters in the body of a request to OpenAI or Anthropic, besides its `messages`. */
const requestParameters = [
  ...["temperature", "top_p", "top_k", "max_tokens", "max_completion_tokens", "n", "seed", "stop"],
  ...["stop_sequences", "presence_penalty", "frequency_penalty", "logit_bias", "logprobs"],
  ...["top_logprobs", "response_format", "reasoning_effort", "tools", "tool_choice", "system"],
  "thinking",
] as const;

function takeRequestParameters(members: Members): void {
  const found = requestParameters.filter((name) => members.has(name));
  const own = members.get("parameters") ?? "{}";
  if (found.length === 0 || !isJsonObject(parseJsonText(own))) return;
  const parameters = membersOf(own);
  for (const name of found) {
    if (!parameters.has(name)) parameters.set(name, members.get(name) ?? "null");
    members.delete(name);
  }
  members.set("parameters", objectTextOf(parameters));
}

function meansPrompt(members: Members): boolean {
  return !members.has("prompt") && members.has("messages");
}

/**
 * True if `model` names the model to ask. In a line with an answer, it names the model that
 * answered.
 */
function meansModel(members: Members): boolean {
  const isNamed = isMissing(members, "model_name") && !members.has("response");
  return isNamed && stringOf(members.get("model")) !== undefined;
}

/** Renames a member and keeps the order of the members. */
function rename(members: Members, from: string, to: string): void {
  const all = [...members];
  members.clear();
  for (const [key, text] of all) members.set(key === from ? to : key, text);
}

/**
 * Returns the models for a record. A record that names a model but no API can take an API from the
 * settings that has no model.
 */
function modelsFor(members: Members, { models = [] }: LineForm): readonly ModelChoice[] {
  if (!isMissing(members, "api")) return [];
  const namesModel = !isMissing(members, "model_name");
  return namesModel ? models.filter(({ model }) => model === undefined) : models;
}

function mergeParameters(members: Members, defaults: JsonObject = {}): void {
  if (Object.keys(defaults).length === 0) return;
  const text = members.get("parameters") ?? "null";
  const own = text === "null" ? "{}" : text;
  // The check of records refuses values of other types.
  if (!isJsonObject(parseJsonText(own))) return;
  const merged = new Map(
    Object.entries(defaults).map(([key, value]) => [key, jsonText(value)] as const),
  );
  for (const [key, value] of membersOf(own)) merged.set(key, value);
  members.set("parameters", objectTextOf(merged));
}

function withModel(
  members: Members,
  { api, model }: ModelChoice,
  ids: readonly (readonly [string, string])[],
): string {
  const all = new Map<string, string>([
    ...ids,
    ["api", stringText(api)],
    ...(model === undefined ? [] : [["model_name", stringText(model)] as const]),
  ]);
  for (const [key, text] of members) if (!all.has(key)) all.set(key, text);
  return objectTextOf(all);
}

function isMissing(members: Members, key: string): boolean {
  const text = members.get(key);
  return text === undefined || text === "null";
}

function stringOf(text: string | undefined): string | undefined {
  // Parsing a JSON string returns a string.
  return text?.startsWith('"') === true ? (JSON.parse(text) as string) : undefined;
}

function jsonText(value: JsonValue): string {
  return escapeLineSeparators(withExactNumbers(JSON.stringify(value)));
}

function objectOf(text: string): JsonObject | undefined {
  try {
    const value = parseExactJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
