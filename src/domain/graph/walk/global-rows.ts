/**
 * Converts rows between their own column names and the names that a global step's function uses.
 */
import { UserError } from "../../failure/user-error.js";
import type { GlobalStep, Row } from "../graph.js";
import { seenBy } from "./columns-of-step.js";
import type { LeafRow } from "./walk.js";

/** Returns the row for the function; `undefined` for a failed row that the step does not accept. */
export function givenToGlobal(
  step: GlobalStep,
  { row, failure }: Pick<LeafRow, "row" | "failure">,
): Row | undefined {
  return failure === undefined || step.accepts === "errors" ? seenBy(step, row) : undefined;
}

/**
 * Returns a row of the function under the row's names. The mappings of the inputs are undone, and
 * the mappings of the outputs are applied. Throws a `UserError` for a row without a column that the
 * step declares.
 */
export function behindGlobal(step: GlobalStep, made: Row): Row {
  const missing = step.writes.find((column) => !Object.hasOwn(made, column));
  if (missing !== undefined) {
    throw new UserError(
      `The step "${step.name}" declares the column "${missing}", and ${step.use} returned a row without it: ${JSON.stringify(made).slice(0, 100)}. Return it in each row, or correct \`writes\`.`,
    );
  }
  const names = { ...step.inputs, ...step.outputs };
  return Object.fromEntries(
    Object.entries(made).map(([column, value]) => [names[column] ?? column, value]),
  );
}
