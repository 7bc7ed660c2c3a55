import type { JsonValue } from "../../json/json.js";
import { isJsonArray } from "../../json/json.js";
import type { ReshapeStep, Row, Step } from "../graph.js";
import { RowError } from "./step-value.js";

/**
 * Returns the row after a step that changes columns without a call. Throws a `RowError` for a
 * missing column.
 */
export function reshape(step: ReshapeStep, row: Row): Row {
  switch (step.kind) {
    case "keep":
      return Object.fromEntries(step.columns.map((column) => [column, columnOf(row, column)]));
    case "rename":
      return renamed(row, new Map(Object.entries(step.columns)));
    case "merge":
      return merged(row, step.columns, step.output);
  }
}

/**
 * Returns the row like `reshape`, for a row that failed. Columns that it could not get are `null`.
 */
export function reshapeFailed(step: ReshapeStep, row: Row): Row {
  const named = step.kind === "rename" ? Object.keys(step.columns) : step.columns;
  const missing = named.filter((column) => !(column in row));
  return reshape(step, { ...row, ...Object.fromEntries(missing.map((column) => [column, null])) });
}

export function isReshape(step: Step): step is ReshapeStep {
  return step.kind === "keep" || step.kind === "rename" || step.kind === "merge";
}

function renamed(row: Row, names: ReadonlyMap<string, string>): Row {
  for (const column of names.keys()) columnOf(row, column);
  // A renamed column replaces a column that already has the new name.
  const taken = new Set(names.values());
  const kept = Object.entries(row).filter(([column]) => names.has(column) || !taken.has(column));
  return Object.fromEntries(kept.map(([column, value]) => [names.get(column) ?? column, value]));
}

/**
 * Merges columns into a list and removes them. Lists are flattened by one level; a scalar counts as
 * one item.
 */
function merged(row: Row, columns: readonly string[], output: string): Row {
  const items = columns.flatMap((column): readonly JsonValue[] => {
    const value = columnOf(row, column);
    return isJsonArray(value) ? value : [value];
  });
  const rest = Object.entries(row).filter(([column]) => !columns.includes(column));
  return { ...Object.fromEntries(rest), [output]: items };
}

function columnOf(row: Row, column: string): JsonValue {
  const value = row[column];
  if (value !== undefined) return value;
  const there = Object.keys(row).join(", ");
  throw new RowError("MissingColumn", `Expected the column "${column}", found ${there}.`);
}
