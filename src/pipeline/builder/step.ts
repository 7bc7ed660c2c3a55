import type * as z from "zod";
import { defined } from "../../domain/defined.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { StepBase, StepDefinition } from "../definition/definition.js";
import { functionMark } from "../code/user-function.js";
import type { UserFunction } from "../code/user-function.js";
import type { Renamed } from "./columns.js";

/** Carries the types of a step's columns. It exists only for the compiler. */
declare const columnTypes: unique symbol;

/**
 * A step that adds columns to rows, not yet part of a pipeline.
 *
 * @typeParam Reads the columns that a row needs
 * @typeParam Writes the columns that a row gets
 * @typeParam Many true if several rows are made from one
 */
export interface Step<Reads, Writes, Many extends boolean = false> {
  readonly [columnTypes]?: { readonly reads: Reads; readonly writes: Writes; readonly many: Many };
  /** Name of the step. @default numbered by kind, such as `text_generation_0` */
  readonly name?: string;
  /**
   * Definition of the step. In a function step, `use` or `function` is the empty string, because
   * the pipeline names its functions.
   */
  readonly definition: StepDefinition;
  readonly [functionMark]?: UserFunction;
  /** Returns the step with other column names or other settings. */
  readonly with: <
    const Inputs extends NamesOf<Reads> | undefined = undefined,
    const Outputs extends NamesOf<Writes> | undefined = undefined,
  >(
    settings: StepSettings<Inputs, Outputs>,
  ) => Step<Renamed<Reads, Inputs>, Renamed<Writes, Outputs>, Many>;
}

/** A step with any columns. */
export type AnyStep = Step<object, object, boolean>;

export type ReadsOf<Given> = Given extends Step<infer Reads, unknown, boolean> ? Reads : never;
export type WritesOf<Given> = Given extends Step<unknown, infer Writes, boolean> ? Writes : never;
export type ManyOf<Given> = Given extends Step<unknown, unknown, infer Many> ? Many : never;

type NamesOf<Columns> = { readonly [Name in keyof Columns]?: string };

export interface StepSettings<Inputs, Outputs> {
  readonly name?: string;
  /** Names of the columns that the step reads, each with the row's name. */
  readonly inputs?: Inputs;
  /** Names of the columns that the step writes, each with the row's name. */
  readonly outputs?: Outputs;
  /** Parameters of a model, or the second argument of a function. */
  readonly parameters?: JsonObject;
  /** Names of parameters that must have a value before the pipeline runs. */
  readonly runtimeParameters?: readonly string[];
  /** Time limit of a function for a row or for a batch: `90s`, `5m`. @default "60s" */
  readonly timeLimit?: string;
  /** Reuse answers of earlier runs for this step. @default true */
  readonly reuse?: boolean;
  /** `"errors"` also runs the step for rows that failed earlier. */
  readonly accepts?: "errors";
  /**
   * A Jinja expression over the row. If it is false, the step does not run, and its columns keep
   * the values of the row or are null. The types of the step's columns do not include this null.
   * Only for steps that add columns.
   */
  readonly when?: string;
}

/** A schema of columns. */
export type ColumnSchema = z.ZodObject;

/**
 * The columns of a schema. For an object without properties, zod's own type would allow all
 * columns.
 */
export type SchemaColumns<Schema extends ColumnSchema> = string extends keyof z.output<Schema>
  ? object
  : z.output<Schema>;

interface StepParts {
  readonly name?: string | undefined;
  readonly definition: StepDefinition;
  readonly function?: UserFunction | undefined;
}

export function makeStep<Reads, Writes, Many extends boolean>({
  name,
  definition,
  function: given,
}: StepParts): Step<Reads, Writes, Many> {
  return {
    ...defined({ name }),
    ...(given && { [functionMark]: given }),
    definition,
    with: ({ name: newName = name, runtimeParameters, timeLimit, ...settings }) => {
      // The mappings are from text to text. The types name the columns.
      const changed = settings as Omit<StepBase, "runtime_parameters" | "time_limit" | "batch">;
      const others = defined({ runtime_parameters: runtimeParameters, time_limit: timeLimit });
      return makeStep({
        name: newName,
        definition: { ...definition, ...changed, ...others },
        function: given,
      });
    },
  };
}
