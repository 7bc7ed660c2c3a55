/** The parameters of promptflow's built-in model tools. A flow may write them as text. */
import type { JsonValue } from "../../domain/json/json.js";
import { parseIfJson } from "../../domain/json/parse-json.js";

export type ModelApi = "chat" | "completion";

type ParameterType = "number" | "int" | "bool" | "string" | "list" | "object";

const shared: Readonly<Record<string, ParameterType>> = {
  temperature: "number",
  top_p: "number",
  n: "int",
  stream: "bool",
  stop: "list",
  max_tokens: "int",
  presence_penalty: "number",
  frequency_penalty: "number",
  logit_bias: "object",
  user: "string",
};

const parameterTypes: Readonly<Record<ModelApi, Readonly<Record<string, ParameterType>>>> = {
  chat: {
    ...shared,
    max_completion_tokens: "int",
    function_call: "object",
    functions: "list",
    tool_choice: "object",
    tools: "list",
    response_format: "object",
    seed: "int",
  },
  completion: { ...shared, suffix: "string", logprobs: "int", echo: "bool", best_of: "int" },
};

export function isParameter(api: ModelApi, name: string): boolean {
  return Object.hasOwn(parameterTypes[api], name);
}

/**
 * Returns a literal parameter with its type, or a problem as the end of a sentence if the text does
 * not fit the type.
 */
export function readParameter(
  api: ModelApi,
  name: string,
  value: JsonValue,
): { readonly value: JsonValue } | { readonly problem: string } {
  const type = parameterTypes[api][name];
  if (typeof value !== "string" || type === undefined || type === "string") return { value };
  const read = readers[type](value);
  if (read !== undefined) return { value: read };
  return { problem: `expected \`${name}\` to be ${words[type]}, got ${JSON.stringify(value)}.` };
}

const words: Readonly<Record<ParameterType, string>> = {
  number: "a number",
  int: "a whole number",
  bool: "true or false",
  string: "text",
  list: "a list, or JSON text of one",
  object: "an object, or JSON text of one",
};

const readers: Readonly<
  Record<Exclude<ParameterType, "string">, (text: string) => JsonValue | undefined>
> = {
  number: (text) => numberOf(text),
  int: (text) => {
    const number = numberOf(text);
    return Number.isInteger(number) ? number : undefined;
  },
  bool: (text) => ({ true: true, false: false })[text.toLowerCase()],
  list: (text) => {
    const value = parseIfJson(text);
    return Array.isArray(value) ? value : undefined;
  },
  // Text that is not JSON stays text: `function_call: auto`.
  object: (text) => parseIfJson(text) ?? text,
};

function numberOf(text: string): number | undefined {
  const number = Number(text);
  return text.trim() === "" || !Number.isFinite(number) ? undefined : number;
}
