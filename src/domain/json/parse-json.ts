import type { JsonValue } from "./json.js";

/** Parses JSON. Throws a `SyntaxError` for invalid JSON. */
export function parseJson(text: string): JsonValue {
  // JSON.parse returns only JSON values.
  return JSON.parse(text) as JsonValue;
}

/** Parses JSON. Returns `undefined` for a text that is not JSON. */
export function parseIfJson(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
