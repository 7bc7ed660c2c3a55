import { callError } from "../../executors/calls/serve-calls.js";
import type { FunctionTask, RowEnd, TaskValue } from "./function-task.js";
import { jsonOf } from "./json-of.js";
import { isAsyncIterable, isGenerator, isThenable } from "./result-kinds.js";
import type { UserFunction } from "./user-function.js";

/** Calls a user's function. A synchronous function costs no turn of the event loop. */
export function performTask(
  { call }: UserFunction,
  { given, parameters }: FunctionTask,
): TaskValue | Promise<TaskValue> {
  // The types of its arguments are unknown here.
  const called = call as (given: unknown, parameters: unknown) => unknown;
  if ("rows" in given)
    return settled(called(given.rows, parameters), endsOfBatch(given.rows.length));
  return settled(called(given.row, parameters), (value) => [{ value: jsonOf(value) }]);
}

function settled(
  result: unknown,
  ends: (value: unknown) => TaskValue,
): TaskValue | Promise<TaskValue> {
  if (isThenable(result))
    return Promise.resolve(result).then(async (value) => settled(value, ends));
  if (isAsyncIterable(result)) return readToEnd(result).then(ends);
  return ends(isGenerator(result) ? [...result] : result);
}

function endsOfBatch(expected: number): (value: unknown) => TaskValue {
  return (value) => {
    if (!Array.isArray(value)) return { wrongCount: value == null ? 0 : 1 };
    if (value.length !== expected) return { wrongCount: value.length };
    return value.map(endOfRow);
  };
}

/** Returns the end of a row. A batch function may return an error in place of a row's result. */
function endOfRow(value: unknown): RowEnd {
  try {
    if (value instanceof Error) throw value;
    return { value: jsonOf(value) };
  } catch (error) {
    const { name, message } = callError(error);
    return { error: { name, message } };
  }
}

async function readToEnd(values: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const read: unknown[] = [];
  for await (const value of values) read.push(value);
  return read;
}
