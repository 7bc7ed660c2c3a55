/** Converts a row between its own column names and the names that a step uses. */
import type { JsonValue } from "../../json/json.js";
import type { AddStep, Mapping, Row, Step } from "../graph.js";
import { RowError } from "./step-value.js";

/**
 * Returns the row as the step's code sees it, with the mapped columns under the step's own names.
 */
export function seenBy(step: Step, row: Row): Row {
  if (!step.inputs) return { ...row };
  const inputs = Object.entries(step.inputs);
  const mapped = new Set(inputs.map(([, column]) => column));
  const rest = Object.entries(row).filter(([column]) => !mapped.has(column));
  const seen = inputs.map(([own, column]): [string, JsonValue] => [own, row[column] ?? null]);
  return Object.fromEntries([...rest, ...seen]);
}

/** Returns the row with the columns that the step wrote. The mapping of its inputs is undone. */
export function withWritten(step: Step, row: Row, written: Row): Row {
  return { ...row, ...underRowNames(step.outputs, written) };
}

/** Returns the row as if the step had written `null` in each of its columns. */
export function withNothing(step: Step, row: Row): Row {
  return { ...row, ...Object.fromEntries(writtenColumns(step).map((column) => [column, null])) };
}

/** Returns the columns that a step adds, under the row's names. */
export function writtenColumns(step: Step): readonly string[] {
  return ownWritten(step).map((own) => step.outputs?.[own] ?? own);
}

/** Returns the columns that a step adds, under the step's own names. */
export function ownWritten(step: Step): readonly string[] {
  switch (step.kind) {
    case "source":
      return step.columns;
    case "add":
    case "global":
      return step.writes;
    case "rename":
    case "group":
    case "expand":
    case "collect":
      return Object.values(step.columns);
    case "merge":
      return [step.output];
    case "keep":
    case "combine":
    case "filter":
      return [];
  }
}

function underRowNames(outputs: Mapping | undefined, written: Row): Row {
  if (!outputs) return written;
  const entries = Object.entries(written).map(([own, value]): [string, JsonValue] => [
    outputs[own] ?? own,
    value,
  ]);
  return Object.fromEntries(entries);
}

/** Throws a `RowError` for a column that the step does not declare. */
export function checkWritten(step: AddStep, written: Row): void {
  const extra = Object.keys(written).find((column) => !step.writes.includes(column));
  if (extra === undefined) return;
  const declared = step.writes.join(", ");
  throw new RowError(
    "UndeclaredColumn",
    `Expected columns that "${step.name}" declares (${declared}), got "${extra}".`,
  );
}
