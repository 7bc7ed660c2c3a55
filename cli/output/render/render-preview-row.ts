import { isJsonArray, isJsonObject } from "../../../src/domain/json/json.js";
import type { JsonObject, JsonValue } from "../../../src/domain/json/json.js";
import { parseJsonText } from "../../../src/domain/json/json-text.js";
import { formatCountOf } from "../format/format-count.js";

/**
 * Renders a row of a preview: the columns at each leaf, one below the other, and the steps that
 * dropped it.
 *
 * @param line a line of the completed file
 * @param number number of the row, from 1; it names a row that came to no leaf
 */
export function renderPreviewRow(line: string, number: number): string {
  const row = parseJsonText(line);
  const { leaves = null, failures = null, dropped = null } = isJsonObject(row) ? row : {};
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
  const drops = Object.entries(isJsonObject(dropped) ? dropped : {}).map(
    ([step, count]) => `  dropped by ${step}: ${formatCountOf(Number(count), "row")}`,
  );
  const heading = shown.length === 0 ? [`row ${number}`] : [];
  return [...heading, ...shown, ...failed, ...drops, ""].join("\n");
}

function listOf(value: JsonValue): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}

function text(value: JsonValue | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
