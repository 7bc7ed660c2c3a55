import { readFileSync } from "node:fs";
import stripJsonComments from "strip-json-comments";
import { errorCode } from "../domain/failure/error-code.js";
import { errorText } from "../domain/failure/error-text.js";
import { isJsonObject } from "../domain/json/json.js";
import type { JsonValue } from "../domain/json/json.js";
import { hintOf, inBackticks } from "../domain/nearest-match.js";
import { UserError } from "../domain/failure/user-error.js";
import { parseJson } from "../domain/json/parse-json.js";

/**
 * Reads the keys of a JSON settings file, which may have comments and trailing commas; returns no
 * keys if the file does not exist. Throws a `UserError` if the file is unreadable, is not an
 * object, or has an unknown key.
 */
export function readSettingsFile(
  path: string,
  keys: readonly string[],
): Readonly<Record<string, JsonValue>> {
  const text = readIfThere(path);
  if (text === undefined) return {};
  const value = parseSettingsFile(text, path);
  for (const key of Object.keys(value)) {
    if (keys.includes(key)) continue;
    const hint = hintOf(key, keys, inBackticks);
    throw new UserError(`Unknown setting \`${key}\` in ${path}. ${hint}`);
  }
  return value;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw new UserError(
      `The settings file ${path} can't be read: ${errorText(error)}. Repair its permissions or remove it.`,
      { cause: error },
    );
  }
}

function parseSettingsFile(text: string, path: string): Readonly<Record<string, JsonValue>> {
  let value: JsonValue;
  try {
    // The places of errors stay right, because comments are replaced by spaces.
    const json = stripJsonComments(text.replace(/^\uFEFF/, ""), { trailingCommas: true });
    value = parseJson(json);
  } catch (error) {
    throw new UserError(
      `The settings file ${path} isn't JSON: ${errorText(error)}. Repair or remove it.`,
      { cause: error },
    );
  }
  if (isJsonObject(value)) return value;
  throw new UserError(
    `Expected ${path} to hold one JSON object such as {"maxQueries": 500}, got ${JSON.stringify(value).slice(0, 60)}.`,
  );
}
