import { defined } from "../../domain/defined.js";
import type { z } from "zod";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { LoadDefinition, SampleDefinition } from "../definition/definition.js";
import type { Sampler } from "../definition/sampler.js";
import type { AnyColumns } from "./columns.js";
import type { ColumnSchema } from "./step.js";

/** Carries the types of a source's columns. It exists for the compiler only. */
declare const sourceColumns: unique symbol;

/** Rows that a pipeline begins with. */
export interface Source<Columns> {
  readonly [sourceColumns]?: Columns;
  readonly definition: LoadDefinition | SampleDefinition;
  /** The columns of its schema. */
  readonly columns?: readonly string[];
}

type ColumnsOf<Schema> = Schema extends z.ZodType ? z.output<Schema> : AnyColumns;

/** Rows of a JSONL file, relative to the pipeline's module. The schema names the columns for the compiler. */
export function jsonl<Schema extends ColumnSchema | undefined = undefined>(
  path: string,
  schema?: Schema,
): Source<ColumnsOf<Schema>> {
  return fromFile(path, schema);
}

/** Rows of a CSV file. Its cells are text. */
export function csv<Schema extends ColumnSchema | undefined = undefined>(
  path: string,
  schema?: Schema,
): Source<ColumnsOf<Schema>> {
  return fromFile(path, schema);
}

/** Rows of a Parquet file, or of a folder of them. */
export function parquet<Schema extends ColumnSchema | undefined = undefined>(
  path: string,
  schema?: Schema,
): Source<ColumnsOf<Schema>> {
  return fromFile(path, schema);
}

/** Rows of the result of an earlier experiment or pipeline. */
export function resultOf<Schema extends ColumnSchema | undefined = undefined>(
  name: string,
  schema?: Schema,
): Source<ColumnsOf<Schema>> {
  return { definition: { use: "load", from: name }, ...columnsOf(schema) };
}

/** Rows given in code. */
export function rows<const Row extends JsonObject>(
  given: readonly Row[],
): Source<{ -readonly [Name in keyof Row]: Widened<Row[Name]> }> {
  return { definition: { use: "load", rows: given } };
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

export interface SampleOptions<Columns extends Readonly<Record<string, Sampler>>> {
  readonly columns: Columns;
  /** The number of rows. */
  readonly rows: number;
  /** @default 0 */
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

/** Rows made from nothing: each column is drawn by its sampler, the same for the same seed. */
export function sample<const Columns extends Readonly<Record<string, Sampler>>>({
  columns,
  rows: count,
  seed,
}: SampleOptions<Columns>): Source<{ -readonly [Name in keyof Columns]: Sampled<Columns[Name]> }> {
  return { definition: { use: "sample", columns, rows: count, ...defined({ seed }) } };
}

function fromFile<Columns>(file: string, schema: ColumnSchema | undefined): Source<Columns> {
  return { definition: { use: "load", file }, ...columnsOf(schema) };
}

function columnsOf(schema: ColumnSchema | undefined): Pick<Source<unknown>, "columns"> {
  return schema ? { columns: Object.keys(schema.shape) } : {};
}
