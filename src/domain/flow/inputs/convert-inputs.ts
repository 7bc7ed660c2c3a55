import { isJsonArray } from "../../json/json.js";
import type { JsonObject, JsonValue } from "../../json/json.js";
import { pythonText } from "../../json/python-text.js";
import type { FlowInput, ValueType } from "../flow.js";
import type { LineError } from "../line.js";
import { parseIfJson } from "../../json/parse-json.js";

/** The error of a line whose inputs are missing or of another type. */
export type InputError = Pick<LineError, "type" | "message" | "isUserError">;

export interface ConvertedInputs {
  readonly inputs: JsonObject;
  readonly error?: InputError;
}

/**
 * Converts the inputs of a line to their declared types, as promptflow does: text becomes numbers,
 * booleans, lists and objects. A value that cannot be converted stays, and the error names it.
 */
export function convertInputs(
  inputs: JsonObject,
  declared: Readonly<Record<string, FlowInput>>,
  line: number,
): ConvertedInputs {
  const problems: string[] = [];
  const entries = Object.entries(inputs).map(([name, value]): [string, JsonValue] => {
    const input = declared[name];
    // An input whose default is null may have the value null.
    if (!input || (value === null && input.default === null)) return [name, value];
    const converted = converters[input.type](value);
    if (converted === undefined) problems.push(problemOf(name, input.type, value));
    return [name, converted ?? value];
  });
  const all = Object.fromEntries(entries);
  if (problems.length === 0) return { inputs: all };
  const message = `Line ${line} has inputs of other types: ${problems.join("; ")}. Correct the row, or the type in the flow.`;
  return { inputs: all, error: { type: "InputTypeError", message, isUserError: true } };
}

/** Converts a value. Returns `undefined` if it cannot be converted. */
type Convert = (value: JsonValue) => JsonValue | undefined;

const converters: Readonly<Record<ValueType, Convert>> = {
  string: (value) => {
    if (typeof value === "string") return value;
    return value === null ? undefined : pythonText(JSON.stringify(value));
  },
  int: (value) => {
    const number = numberOf(value, /^[+-]?\d+$/);
    return Number.isSafeInteger(number) ? number : undefined;
  },
  double: (value) => numberOf(value, /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i),
  bool: (value) => {
    if (typeof value === "boolean") return value;
    const text = typeof value === "string" ? value.toLowerCase() : "";
    return text === "true" || text === "false" ? text === "true" : undefined;
  },
  list: (value) => {
    const list = typeof value === "string" ? parseIfJson(value) : value;
    return isJsonArray(list) ? list : undefined;
  },
  // Text that is not JSON stays text.
  object: (value) => (typeof value === "string" ? (parseIfJson(value) ?? value) : value),
  any: (value) => value,
  image: (value) => value ?? undefined,
};

function numberOf(value: JsonValue, pattern: RegExp): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !pattern.test(value.trim())) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const longest = 60;

function problemOf(name: string, type: ValueType, value: JsonValue): string {
  const text = JSON.stringify(value);
  const shown = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return `\`${name}\` expects ${type}, got ${shown}`;
}
