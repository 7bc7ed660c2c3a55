/** Steps that run a user's function. */
import type { Row } from "../../domain/graph/graph.js";
import { RowError } from "../../domain/graph/walk/step-value.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonValue } from "../../domain/json/json.js";

export interface DeclaredResult {
  /** Place of the function, e.g. `./steps.ts#words`. */
  readonly use: string;
  readonly writes: readonly string[];
  /** True if the function returns a list of rows. */
  readonly many: boolean;
}

/** Returns the rows from a function's result. Throws a `RowError` for a result of another form. */
export function rowsReturned(result: JsonValue, declared: DeclaredResult): readonly Row[] {
  const { use, many } = declared;
  if (!many) return [rowReturned(result, declared)];
  if (isJsonArray(result)) return result.map((row) => rowReturned(row, declared));
  throw wrongResult(`${use} to return a list of rows`, result);
}

function rowReturned(result: JsonValue, { use, writes }: DeclaredResult): Row {
  if (!isJsonObject(result)) {
    throw wrongResult(`${use} to return an object with ${writes.join(", ")}`, result);
  }
  const missing = writes.find((column) => !Object.hasOwn(result, column));
  if (missing === undefined) return result;
  throw wrongResult(`${use} to return the column "${missing}"`, Object.keys(result));
}

function wrongResult(expected: string, result: JsonValue): RowError {
  const got = JSON.stringify(result).slice(0, 100);
  return new RowError("WrongResult", `Expected ${expected}, got ${got}.`);
}

/** Returns the result of a filter's function. Throws a `RowError` if it is not a boolean. */
export function truthReturned(result: JsonValue, use: string): boolean {
  if (typeof result === "boolean") return result;
  throw wrongResult(`${use} to return true or false`, result);
}

/**
 * Returns the result of a router's function: the name of a successor, or several names. Throws a
 * `RowError` for a result of another form.
 */
export function namesReturned(result: JsonValue, use: string): readonly string[] {
  if (typeof result === "string") return [result];
  const isList = isJsonArray(result) && result.every((name) => typeof name === "string");
  if (isList) return result;
  throw wrongResult(`${use} to return the names of steps`, result);
}
