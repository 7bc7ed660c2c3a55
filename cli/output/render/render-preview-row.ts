import { isJsonArray, isJsonObject } from "../../../src/domain/json/json.js";
import type { JsonObject, JsonValue } from "../../../src/domain/json/json.js";
import { parseJsonText } from "../../../src/domain/json/json-text.js";

/**
 * Renders a row of a preview: the columns at each leaf, one below the other.
 *
 * @param line a line of the completed file
 */
export function renderPreviewRow(line: string): string {
  const row = parseJsonText(line);
  const { leaves = null, failures = null } = isJsonObject(row) ? row : {};
  const failed = listOf(failures).map(
    ({ step, type, message }) => `  failed at ${text(step)}: ${text(type)}: ${text(message)}`,
  );
  const shown = listOf(leaves).flatMap(({ leaf, path = "", row: made = null }) => [
    `${text(leaf)}${text(path)}`,
    ...Object.entries(isJsonObject(made) ? made : {}).flatMap(([column, value]) =>
      `${column}: ${text(value)}`
        .split("\n")
        .map((part, index) => (index === 0 ? `  ${part}` : `    ${part}`)),
    ),
  ]);
  return [...shown, ...failed, ""].join("\n");
}

function listOf(value: JsonValue): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}

function text(value: JsonValue | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
