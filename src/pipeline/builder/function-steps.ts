import { defined } from "../../domain/defined.js";
import type * as z from "zod";
import type { JsonObject } from "../../domain/json/json.js";
import type { FunctionFacts, UserFunction } from "../code/user-function.js";
import { checkedCall, checkedStream } from "./checked-call.js";
import { makeStep } from "./step.js";
import type { ColumnSchema, SchemaColumns, Step } from "./step.js";

export interface FunctionStepOptions<
  Reads extends ColumnSchema,
  Writes extends ColumnSchema,
  Batch extends number | undefined,
  Many extends boolean,
> {
  readonly name: string;
  /** Columns that the function receives. A row that does not fit fails. */
  readonly reads: Reads;
  /** Columns that the function returns. A row whose result does not fit fails. */
  readonly writes: Writes;
  /**
   * Maximum number of rows per call. The function receives a list of rows and returns, or yields,
   * one result per row. @default one row per call, without a list
   */
  readonly batch?: Batch;
  /** The function returns, or yields, several rows for a row. @default false */
  readonly many?: Many;
  /**
   * Record the value of each row. Walks after a crash and later runs then use the recorded value.
   * @default false
   */
  readonly record?: boolean;
}

type MaybeLater<Value> = Value | Promise<Value>;

type SeveralRows<Row> = MaybeLater<readonly Row[]> | Generator<Row> | AsyncGenerator<Row>;

/** The function of a step. Its second argument contains the step's parameters. */
export type FunctionOf<
  Reads,
  Writes,
  Batch extends number | undefined,
  Many extends boolean,
> = Batch extends number
  ? (rows: readonly Reads[], parameters: JsonObject) => SeveralRows<Writes>
  : Many extends true
    ? (row: Reads, parameters: JsonObject) => SeveralRows<Writes>
    : (row: Reads, parameters: JsonObject) => MaybeLater<Writes>;

/** Makes a step from a function. */
export function step<
  Reads extends ColumnSchema,
  Writes extends ColumnSchema,
  const Batch extends number | undefined = undefined,
  const Many extends boolean = false,
>(
  options: FunctionStepOptions<Reads, Writes, Batch, Many>,
  call: FunctionOf<z.output<Reads>, z.input<Writes>, Batch, Many>,
): Step<SchemaColumns<Reads>, SchemaColumns<Writes>, Many> {
  const { name, reads, writes, batch, many, record } = options;
  const facts: FunctionFacts = {
    ...columnFacts(reads, writes),
    ...defined({ batch }),
    ...(many === true && { many }),
  };
  const given = { facts, call: checkedCall(options, call) };
  const settings = {
    ...(many === true && { many }),
    ...(record === true && { record }),
  };
  return makeStep({ name, definition: { use: "#", ...settings }, function: given });
}

export interface GlobalStepOptions<
  Reads extends ColumnSchema,
  Writes extends ColumnSchema,
  Several extends boolean,
> {
  readonly name: string;
  readonly reads: Reads;
  /** Columns that the function adds. */
  readonly writes: Writes;
  /**
   * The function receives a list with the rows of each step before it. @default the function
   * receives the rows of all steps in sequence
   */
  readonly several?: Several;
}

type GlobalRows<Row, Several extends boolean> = Several extends true
  ? readonly AsyncIterable<Row>[]
  : AsyncIterable<Row>;

/**
 * Makes a step from a function that receives all rows of the pipeline and yields rows. The
 * following steps get the yielded rows with all of their columns: `yield { ...row, rank }`.
 */
export function globalStep<
  Reads extends ColumnSchema,
  Writes extends ColumnSchema,
  const Several extends boolean = false,
>(
  { name, reads, writes, several }: GlobalStepOptions<Reads, Writes, Several>,
  call: (
    rows: GlobalRows<z.output<Reads>, Several>,
    parameters: JsonObject,
  ) => AsyncIterable<z.input<Writes>> | Iterable<z.input<Writes>>,
): Step<SchemaColumns<Reads>, SchemaColumns<Writes>> {
  const given: UserFunction = {
    facts: columnFacts(reads, writes),
    call: checkedStream({ name, reads, writes, several: several === true }, call),
  };
  return makeStep({ name, definition: { use: "global", function: "#" }, function: given });
}

function columnFacts(reads: ColumnSchema, writes: ColumnSchema): FunctionFacts {
  const fields: Readonly<Record<string, z.ZodType>> = reads.shape;
  const names = Object.keys(fields);
  const mayRead = names.filter((name) => fields[name]?.safeParse(undefined).success === true);
  return {
    reads: names.filter((name) => !mayRead.includes(name)),
    writes: Object.keys(writes.shape),
    ...(mayRead.length > 0 && { mayRead }),
  };
}
