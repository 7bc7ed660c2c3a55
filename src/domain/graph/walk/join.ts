/** Steps that bring several rows together: the branches of a row, or its children. */
import type { JsonValue } from "../../json/json.js";
import type { CollectStep, GroupStep, Row } from "../graph.js";
import type { StepValue } from "./step-value.js";

type Reached = Extract<StepValue, { readonly kind: "row" | "failed" }>;

/** Returns the branches that the row has reached and that did not drop it. */
export function reachedOf(branches: readonly StepValue[]): readonly Reached[] {
  return branches.filter((branch) => branch.kind === "row" || branch.kind === "failed");
}

/** Returns the value after a join if the row reached none of its branches. */
export function unreached(branches: readonly StepValue[]): StepValue {
  return branches.find((branch) => branch.kind === "dropped") ?? { kind: "elsewhere" };
}

/**
 * Joins rows into one. Their columns stand side by side, except that the columns of the group
 * become lists.
 */
export function grouped(step: GroupStep, branches: readonly Reached[]): Row {
  const listed = Object.keys(step.columns).map((own) => step.inputs?.[own] ?? own);
  return { ...withoutColumns(sideBySide(branches), listed), ...listsOf(step, branches) };
}

/** Returns the lists over the children of a row. */
export function collected(step: CollectStep, children: readonly Reached[]): Row {
  return listsOf(step, children);
}

/**
 * Returns a list for each named column, in the order of the rows. A failed row contributes `null`,
 * and its error is at the same index of `<list>_errors`. This column exists only if a row failed.
 */
function listsOf(step: GroupStep | CollectStep, rows: readonly Reached[]): Row {
  const lists: Record<string, JsonValue> = {};
  const errors = rows.map((row) => (row.kind === "failed" ? { ...row.failure } : null));
  const someFailed = errors.some((error) => error !== null);
  for (const [own, ownList] of Object.entries(step.columns)) {
    const column = step.inputs?.[own] ?? own;
    const list = step.outputs?.[ownList] ?? ownList;
    lists[list] = rows.map(({ kind, row }) => (kind === "failed" ? null : (row[column] ?? null)));
    if (someFailed) lists[`${list}_errors`] = errors;
  }
  return lists;
}

/**
 * Returns all columns of the branches. If two branches have the same column, the branch that is
 * declared last counts.
 */
export function sideBySide(branches: readonly Reached[]): Row {
  const columns: Record<string, JsonValue> = {};
  for (const { kind, row } of branches) {
    for (const [column, value] of Object.entries(row)) {
      // A failed branch has null in the columns that it could not write. The value of another
      // branch stays.
      const isNothing = kind === "failed" && value === null;
      if (!isNothing || !(column in columns)) columns[column] = value;
    }
  }
  return columns;
}

/** Returns the columns for which two branches have different values. */
export function conflictsOf(branches: readonly Reached[]): readonly string[] {
  const values = new Map<string, string>();
  const conflicts = new Set<string>();
  for (const { row } of branches.filter(({ kind }) => kind === "row")) {
    for (const [column, value] of Object.entries(row)) {
      const text = JSON.stringify(value);
      if ((values.get(column) ?? text) !== text) conflicts.add(column);
      values.set(column, text);
    }
  }
  return [...conflicts];
}

function withoutColumns(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !columns.includes(column)));
}
