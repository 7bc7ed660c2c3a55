/**
 * Wraps a user's function in its two schemas. The rows that it receives must fit the first schema,
 * and its results the second.
 */
import type * as z from "zod";
import type { StepFunction } from "../code/user-function.js";
import type { ColumnSchema } from "./step.js";

interface Schemas {
  readonly name: string;
  readonly reads: ColumnSchema;
  readonly writes: ColumnSchema;
}

interface CallKind extends Schemas {
  readonly batch?: number | undefined;
  readonly many?: boolean | undefined;
}

/** A function of a loaded module, with arguments of unknown types. */
type AnyCall = (given: unknown, parameters: unknown) => unknown;

type Check = (value: unknown) => unknown;

export function checkedCall(kind: CallKind, given: StepFunction): StepFunction {
  // The schemas check that the values have the types.
  const call = given as AnyCall;
  const read = (row: unknown): unknown => fitting(kind.reads, row, inputFault(kind.name));
  const written = (row: unknown): unknown => fitting(kind.writes, row, resultFault(kind.name));
  if (kind.batch !== undefined) return batchCall({ call, read, written });
  if (kind.many === true)
    return (row: unknown, parameters: unknown) => eachOf(call(read(row), parameters), written);
  return (row: unknown, parameters: unknown) => checked(call(read(row), parameters), written);
}

interface StreamKind extends Schemas {
  /** True if the function receives a list with the rows of each step before it. */
  readonly several: boolean;
}

/** Checks each row of a function over all rows, one by one. */
export function checkedStream(
  { name, reads, writes, several }: StreamKind,
  given: StepFunction,
): StepFunction {
  // The schemas check that the values have the types.
  const call = given as AnyCall;
  // The rows keep their other columns.
  const [looseReads, looseWrites] = [reads.loose(), writes.loose()];
  const read = (rows: Iterated): Iterated =>
    mapped(rows, (row) => fitting(looseReads, row, inputFault(name)));
  return (rows: Iterated | readonly Iterated[], parameters: unknown) => {
    const inputs = (Symbol.asyncIterator in rows ? [rows] : rows).map(read);
    const made = call(several ? inputs : oneBehindAnother(inputs), parameters);
    return eachOf(made, (row) => fitting(looseWrites, row, resultFault(name)));
  };
}

type Iterated = AsyncIterable<unknown>;

async function* oneBehindAnother(inputs: readonly Iterated[]): AsyncGenerator {
  for (const rows of inputs) yield* rows;
}

interface BatchParts {
  readonly call: AnyCall;
  readonly read: Check;
  readonly written: Check;
}

/** Wraps a batch function. Rows that do not fit fail alone: their results are errors. */
function batchCall({ call, read, written }: BatchParts): StepFunction {
  return (rows: readonly unknown[], parameters: unknown) => {
    const given = rows.map((row) => orError(() => read(row)));
    const sound = given.filter((row) => !(row instanceof Error));
    const checkEach = (row: unknown): unknown => orError(() => written(row));
    const results = sound.length === 0 ? [] : eachOf(call(sound, parameters), checkEach);
    return sound.length === rows.length ? results : merged(given, results);
  };
}

async function merged(given: readonly unknown[], results: unknown): Promise<readonly unknown[]> {
  const made: unknown[] = [];
  // `eachOf` returns an iterable, or a promise of a list.
  for await (const result of (await results) as AsyncIterable<unknown> | Iterable<unknown>)
    made.push(result);
  const sound = given.filter((row) => !(row instanceof Error)).length;
  if (made.length !== sound) {
    throw named(
      "WrongResult",
      `Expected one result for each of ${sound} rows, got ${made.length}.`,
    );
  }
  return given.map((row) => (row instanceof Error ? row : made.shift()));
}

function orError(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function checked(result: unknown, check: Check): unknown {
  return result instanceof Promise ? result.then(check) : check(result);
}

/** Checks each item of a list, of a generator, or of a promise of a list. */
function eachOf(result: unknown, check: Check): unknown {
  if (result instanceof Promise) return result.then((value) => eachOf(value, check));
  if (Array.isArray(result)) return result.map(check);
  if (isAsyncIterable(result)) return mapped(result, check);
  if (isIterable(result)) return [...result].map(check);
  throw named("WrongResult", `Expected a list or a generator of rows, got ${typeof result}.`);
}

async function* mapped(
  values: AsyncIterable<unknown> | Iterable<unknown>,
  check: Check,
): AsyncGenerator {
  for await (const value of values) yield check(value);
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function fitting(
  schema: ColumnSchema,
  value: unknown,
  fault: (issue: z.core.$ZodIssue | undefined) => Error,
): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw fault(result.error.issues[0]);
}

function inputFault(step: string) {
  return (issue: z.core.$ZodIssue | undefined): Error =>
    named("WrongInput", `The step "${step}" can't read ${columnText(issue)}`);
}

function resultFault(step: string) {
  return (issue: z.core.$ZodIssue | undefined): Error =>
    named("WrongResult", `The step "${step}" returned a wrong row: ${columnText(issue)}`);
}

function columnText(issue: z.core.$ZodIssue | undefined): string {
  const path = issue?.path.join(".") ?? "";
  const message = issue?.message ?? "Invalid input";
  return path === "" ? `the row. ${message}.` : `the column "${path}". ${message}.`;
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
