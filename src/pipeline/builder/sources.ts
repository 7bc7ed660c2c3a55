import { defined } from "../../domain/defined.js";
import * as z from "zod";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { functionMark } from "../code/user-function.js";
import type { UserFunction } from "../code/user-function.js";
import type { LoadDefinition, SampleDefinition } from "../definition/definition.js";
import type { Sampler } from "../definition/sampler.js";
import type { AnyColumns } from "./columns.js";
import type { ColumnSchema } from "./step.js";

/** Carries the types of a source's columns. It exists only for the compiler. */
declare const sourceColumns: unique symbol;

/** The source rows of a pipeline. */
export interface Source<Columns> {
  readonly [sourceColumns]?: Columns;
  readonly definition: LoadDefinition | SampleDefinition;
  /** JSON Schema that every row must fit. It is not part of the definition. */
  readonly schema?: JsonObject;
  readonly [functionMark]?: UserFunction;
}

/**
 * Types of a source's columns. Rows stay as they are in the data: a schema checks them, but does
 * not change them.
 */
type ColumnsOf<Schema> = Schema extends z.ZodType ? z.input<Schema> : AnyColumns;

/**
 * Reads rows from a JSONL file, relative to the pipeline's module. The schema declares the columns
 * for the compiler, and every row must fit it.
 */
export function jsonl<Schema extends ColumnSchema | undefined = undefined>(
  path: string,
  schema?: Schema,
): Source<ColumnsOf<Schema>> {
  return fromFile(path, schema);
}

/**
 * Reads rows from a CSV file. A column of numbers or booleans has values of this type; an empty
 * cell is `null`.
 */
export function csv<Schema extends ColumnSchema | undefined = undefined>(
  path: string,
  schema?: Schema,
): Source<ColumnsOf<Schema>> {
  return fromFile(path, schema);
}

/** Reads rows from a Parquet file, or from a folder of Parquet files. */
export function parquet<Schema extends ColumnSchema | undefined = undefined>(
  path: string,
  schema?: Schema,
): Source<ColumnsOf<Schema>> {
  return fromFile(path, schema);
}

/** Reads the rows of an earlier result of an experiment or pipeline. */
export function resultOf<Schema extends ColumnSchema | undefined = undefined>(
  name: string,
  schema?: Schema,
): Source<ColumnsOf<Schema>> {
  return { definition: { use: "load", from: name }, ...rowSchema(schema) };
}

type SomeRows<Row> = Iterable<Row> | AsyncIterable<Row>;

/** A function that returns, or yields, rows. Its argument contains the step's parameters. */
type RowsFunction<Row> = (parameters: JsonObject) => SomeRows<Row> | Promise<SomeRows<Row>>;

/**
 * Takes rows from code: a list, an iterable, or a function such as a generator. Rows that are not a
 * list are made in a separate thread when the pipeline starts.
 */
export function rows<
  const Row extends JsonObject,
  Schema extends ColumnSchema | undefined = undefined,
>(
  given: SomeRows<Row> | RowsFunction<Row>,
  schema?: Schema,
): Source<
  Schema extends z.ZodType
    ? ColumnsOf<Schema>
    : { -readonly [Name in keyof Row]: Widened<Row[Name]> }
> {
  if (isList(given)) return { definition: { use: "load", rows: given }, ...rowSchema(schema) };
  const call = typeof given === "function" ? given : (): SomeRows<Row> => given;
  return {
    // The pipeline sets the name of the function.
    definition: { use: "load", function: "#" },
    ...rowSchema(schema),
    [functionMark]: { facts: {}, call },
  };
}

/** Narrows to a readonly array, which `Array.isArray` cannot. */
function isList<Row>(given: SomeRows<Row> | RowsFunction<Row>): given is readonly Row[] {
  return Array.isArray(given);
}

type Widened<Value> = Value extends string
  ? string
  : Value extends number
    ? number
    : Value extends boolean
      ? boolean
      : Value extends readonly (infer Item)[]
        ? Widened<Item>[]
        : Value extends object
          ? { -readonly [Key in keyof Value]: Widened<Value[Key]> }
          : Value;

/** A draw of whole rows from a file. The columns of the drawn rows are added. */
export interface DrawOptions<Schema extends ColumnSchema | undefined> {
  /** JSONL, CSV or Parquet file, or a folder of such files; relative to the pipeline's module. */
  readonly file: string;
  /** Schema with the columns. */
  readonly schema: Schema;
  /** Allow rows to be drawn repeatedly. @default true */
  readonly replace?: boolean;
}

export interface SampleOptions<
  Columns extends Readonly<Record<string, Sampler>> | undefined,
  Schema extends ColumnSchema | undefined,
> {
  readonly columns?: Columns;
  readonly draw?: DrawOptions<Schema>;
  /** Number of rows. @default the pipeline's `maxCandidates` */
  readonly rows?: number;
  /** Seed of the draws. @default 0 */
  readonly seed?: number;
}

type Sampled<Given extends Sampler> = Given extends {
  readonly type: "category";
  readonly values: readonly (infer Value)[];
}
  ? Widened<Value>
  : Given extends { readonly type: "subcategory" }
    ? JsonValue
    : Given extends { readonly type: "uniform" | "gaussian" }
      ? number
      : Given extends { readonly type: "bernoulli" }
        ? boolean
        : string;

/** The columns of the samplers, if there are any. */
type SampledColumns<Given> =
  Given extends Readonly<Record<string, Sampler>>
    ? { -readonly [Name in keyof Given]: Sampled<Given[Name]> }
    : unknown;

type DrawnColumns<Schema> = Schema extends z.ZodType ? z.input<Schema> : unknown;

/** Makes rows without a file: a sampler draws each column. The same seed draws the same values. */
export function sample<
  const Columns extends Readonly<Record<string, Sampler>> | undefined = undefined,
  Schema extends ColumnSchema | undefined = undefined,
>({
  columns,
  draw,
  rows: count,
  seed,
}: SampleOptions<Columns, Schema>): Source<Flat<SampledColumns<Columns> & DrawnColumns<Schema>>> {
  const drawn = draw && {
    file: draw.file,
    ...defined({ columns: draw.schema && Object.keys(draw.schema.shape), replace: draw.replace }),
  };
  return { definition: { use: "sample", ...defined({ columns, draw: drawn, rows: count, seed }) } };
}

/** One object type, which makes the compiler's messages shorter. */
type Flat<Columns> = { [Name in keyof Columns]: Columns[Name] };

function fromFile<Columns>(file: string, schema: ColumnSchema | undefined): Source<Columns> {
  return { definition: { use: "load", file }, ...rowSchema(schema) };
}

/**
 * Returns the schema as JSON Schema. Rules that JSON Schema cannot express, such as refinements,
 * are left out.
 */
function rowSchema(schema: ColumnSchema | undefined): Pick<Source<unknown>, "schema"> {
  if (!schema) return {};
  // JSON Schemas consist of JSON.
  const found = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonObject;
  return { schema: found };
}
