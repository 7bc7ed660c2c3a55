import { errorText } from "../../failure/error-text.js";
import { isJsonArray } from "../../json/json.js";
import type { JsonValue } from "../../json/json.js";
import { parseJsonText } from "../../json/json-text.js";
import type { ExpandStep, Row } from "../graph.js";
import { RowError } from "./step-value.js";

/**
 * Returns the children of a row in order, one per item of its lists. If lists have unequal lengths,
 * `null` fills the gaps. Throws a `RowError` for a column that contains no list.
 *
 * @param row the row as the step sees it
 * @returns the columns that each child adds
 */
export function expand(step: ExpandStep, row: Row): readonly Row[] {
  const lists = Object.entries(step.columns).map(
    ([column, item]): readonly [string, readonly JsonValue[]] => [item, listIn(step, row, column)],
  );
  const longest = Math.max(0, ...lists.map(([, list]) => list.length));
  return Array.from({ length: longest }, (_, index) =>
    Object.fromEntries(lists.map(([item, list]) => [item, list[index] ?? null])),
  );
}

function listIn({ encoded }: ExpandStep, row: Row, column: string): readonly JsonValue[] {
  const value = row[column];
  const list = encoded === true && typeof value === "string" ? parsed(value, column) : value;
  if (isJsonArray(list)) return list;
  const got = list === undefined ? "no such column" : JSON.stringify(list).slice(0, 100);
  throw new RowError("NoList", `Expected a list in the column "${column}", got ${got}.`);
}

function parsed(text: string, column: string): JsonValue {
  try {
    return parseJsonText(text);
  } catch (error) {
    throw new RowError(
      "NoList",
      `Expected a list as JSON text in the column "${column}": ${errorText(error)}.`,
    );
  }
}
