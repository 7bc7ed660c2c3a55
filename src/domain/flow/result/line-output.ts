import type { JsonObject, JsonValue } from "../../json/json.js";
import { isJsonObject } from "../../json/json.js";
import { lineNumberColumn } from "../inputs/line-number.js";
import type { LineError } from "../line.js";

/**
 * Returns the outputs of a line from the value that its flow returned. A value that is not an
 * object becomes `{ output: value }`. Returns an error with the name of the output for a value that
 * JSON cannot represent.
 */
export function lineOutput(
  value: unknown,
): { readonly output: JsonObject } | { readonly error: LineError } {
  try {
    const json = jsonOf(value, []);
    return { output: isJsonObject(json) ? json : { output: json } };
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    const { message } = error;
    return { error: { type: "WrongResult", message, isUserError: true } };
  }
}

/**
 * Returns a line of `output.jsonl`. The line number comes first and replaces an output with the
 * same name. The text is concatenated, because an object would move keys like `1` before the
 * number.
 */
export function outputLine(lineNumber: number, output: JsonObject): string {
  const others = Object.entries(output).filter(([name]) => name !== lineNumberColumn);
  const rest = JSON.stringify(Object.fromEntries(others)).slice(1);
  return `{"${lineNumberColumn}":${lineNumber}${rest === "}" ? "" : ","}${rest}`;
}

class NotJson extends Error {}

type Path = readonly (string | number)[];

function jsonOf(value: unknown, path: Path): JsonValue {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      // JSON has no NaN and no Infinity.
      return Number.isFinite(value) ? value : value.toString();
    case "undefined":
      return null;
    case "object":
      return value === null ? null : jsonOfObject(value, path);
    case "bigint":
    case "function":
    case "symbol":
      throw notJson(typeof value, path);
  }
}

const deepest = 200;

function jsonOfObject(value: object, path: Path): JsonValue {
  if (path.length > deepest) throw notJson("an object that contains itself", path.slice(0, 3));
  if ("toJSON" in value && typeof value.toJSON === "function") {
    // Dates and similar objects define their JSON form themselves.
    return jsonOf((value.toJSON as () => unknown)(), path);
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => jsonOf(item, [...path, index]));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (value instanceof Map || value instanceof Set || prototype === Promise.prototype) {
    throw notJson(`a ${value.constructor.name}`, path);
  }
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.map(([key, member]) => [key, jsonOf(member, [...path, key])]));
}

function notJson(kind: string, path: Path): NotJson {
  const [output, ...parts] = path;
  const place = parts.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`));
  const name =
    output === undefined ? "The flow's result" : `The output "${output}${place.join("")}"`;
  return new NotJson(
    `${name} cannot be written as JSON: it is ${kind}. Return text, numbers, lists or objects.`,
  );
}
