import { functionMark } from "../code/user-function.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { Step } from "./step.js";

/** Runs a function step for one row in this process, without a pipeline. Use it in tests. */
export async function runStep<Reads, Writes, Many extends boolean>(
  step: Step<Reads, Writes, Many>,
  row: Reads,
): Promise<Many extends true ? Writes[] : Writes> {
  const given = step[functionMark];
  if (!given) {
    throw new UserError(
      `A ${step.definition.use} step asks a model, so it runs in a pipeline only: ostinato pipeline dry-run FILE.`,
    );
  }
  const { facts, call } = given;
  // The function's schemas check the row.
  const run = call as (given: unknown, parameters: unknown) => unknown;
  const result = await run(
    facts.batch === undefined ? row : [row],
    step.definition.parameters ?? {},
  );
  const [rows, isMany] = [await rowsOf(result), facts.many === true];
  const [first] = rows;
  if (first instanceof Error) throw first;
  // The function's schema has checked the result.
  return (isMany ? rows : first) as Many extends true ? Writes[] : Writes;
}

async function rowsOf(result: unknown): Promise<readonly unknown[]> {
  if (typeof result !== "object" || result === null) return [result];
  if (!(Symbol.iterator in result || Symbol.asyncIterator in result)) return [result];
  const rows: unknown[] = [];
  // The result has one of the two iterators.
  for await (const row of result as Iterable<unknown> | AsyncIterable<unknown>) rows.push(row);
  return rows;
}
