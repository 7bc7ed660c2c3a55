import { parseExactJson } from "../domain/json/exact-numbers.js";
import type { JsonObject, JsonValue } from "../domain/json/json.js";
import { isJsonObject } from "../domain/json/json.js";
import { UserError } from "../domain/failure/user-error.js";

/**
 * Reads `max_tokens=500,temperature=0`, an object as JSON, or a list of such texts. A value is JSON
 * if it can be parsed, otherwise text. Throws a `UserError` for a text of another form.
 */
export function readParameters(given: unknown): unknown {
  if (Array.isArray(given)) {
    const read = given.map((each: unknown) => readParameters(each));
    // The schema refuses values of other types.
    return read.every(isObject) ? Object.assign({}, ...read) : given;
  }
  return typeof given === "string" ? parseParameters(given) : given;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null;
}

function parseParameters(text: string): JsonObject {
  if (text.trim().startsWith("{")) {
    const value = valueOf(text);
    if (isJsonObject(value)) return value;
    throw new UserError(`Expected parameters as a JSON object, got ${JSON.stringify(text)}.`);
  }
  return Object.fromEntries(
    splitAtCommas(text)
      .filter((part) => part.trim() !== "")
      .map((part) => {
        const [, key, value] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(part) ?? [];
        if (key !== undefined && value !== undefined) return [key, valueOf(value.trim())];
        throw new UserError(
          `Expected parameters as KEY=VALUE, got ${JSON.stringify(part)}. Write, for instance, max_tokens=500,temperature=0.`,
        );
      }),
  );
}

function valueOf(text: string): JsonValue {
  try {
    return parseExactJson(text);
  } catch {
    return text;
  }
}

/** Splits at commas, but not within brackets, braces and quotes. */
function splitAtCommas(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') isQuoted = !isQuoted;
    if (isQuoted) continue;
    if ("[{".includes(character)) depth += 1;
    else if ("]}".includes(character)) depth -= 1;
    else if (character === "," && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}
