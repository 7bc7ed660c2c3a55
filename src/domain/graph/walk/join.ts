/** Steps that bring several rows together: the branches of a row, or its children. */
import type { JsonValue } from "../../json/json.js";
import type { CollectStep, GroupStep, Row } from "../graph.js";
import type { StepValue } from "./step-value.js";

type Reached = Extract<StepValue, { readonly kind: "row" | "failed" }>;

/** The branches that a row went to and that did not drop it. */
export function reachedOf(branches: readonly StepValue[]): readonly Reached[] {
  return branches.filter((branch) => branch.kind === "row" || branch.kind === "failed");
}

/** The value behind a join to which no branch has led. */
export function unreached(branches: readonly StepValue[]): StepValue {
  return branches.find((branch) => branch.kind === "dropped") ?? { kind: "elsewhere" };
}

/**
 * One row of several: their columns side by side, and the lists of the group in place of the
 * columns that it names.
 */
export function grouped(step: GroupStep, branches: readonly Reached[]): Row {
  const listed = Object.keys(step.columns).map((own) => step.inputs?.[own] ?? own);
  return { ...withoutColumns(sideBySide(branches), listed), ...listsOf(step, branches) };
}

/** The lists of a row's children. */
export function collected(step: CollectStep, children: readonly Reached[]): Row {
  return listsOf(step, children);
}

/**
 * A list for each named column, in the order of the rows. A failed row gives `null`, and its error
 * stands at the same place of `<list>_errors`, a column that is there only where a row failed.
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
 * All columns of the branches. Of two values for one column that of the branch declared last
 * counts.
 */
export function sideBySide(branches: readonly Reached[]): Row {
  const columns: Record<string, JsonValue> = {};
  for (const { kind, row } of branches) {
    for (const [column, value] of Object.entries(row)) {
      // A failed branch has null where it could write nothing: a value of another branch stays.
      const isNothing = kind === "failed" && value === null;
      if (!isNothing || !(column in columns)) columns[column] = value;
    }
  }
  return columns;
}

/** The columns for which two branches have different values. */
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
