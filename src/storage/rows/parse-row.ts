import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";
import { parseJsonWithDigits } from "../../domain/json/exact-numbers.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";

/**
 * Parses a row, a JSON object. Integers beyond 2^53 become texts of their digits. Throws a
 * `UserError` that begins with the row's place.
 */
export function parseRow(text: string, place: string): JsonObject {
  const value = parsed(text, place);
  if (isJsonObject(value)) return value;
  throw new UserError(`${place}: Expected a row, a JSON object, got ${shortened(text)}.`);
}

function parsed(text: string, place: string): JsonValue {
  try {
    return parseJsonWithDigits(text);
  } catch (error) {
    const found = text.trim() === "" ? "nothing" : shortened(text);
    throw new UserError(`${place}: Expected JSON, got ${found} (${errorText(error)}).`, {
      cause: error,
    });
  }
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
