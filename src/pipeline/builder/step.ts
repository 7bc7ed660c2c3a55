import type { z } from "zod";
import { defined } from "../../domain/defined.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { StepBase, StepDefinition } from "../definition/definition.js";
import { functionMark } from "../code/user-function.js";
import type { UserFunction } from "../code/user-function.js";
import type { Renamed } from "./columns.js";

/** Carries the types of a step's columns. It exists for the compiler only. */
declare const columnTypes: unique symbol;

/**
 * A step that adds columns to rows, not yet part of a pipeline.
 *
 * @typeParam Reads the columns that a row needs
 * @typeParam Writes the columns that a row gets
 * @typeParam Many true: several rows come of one
 */
export interface Step<Reads, Writes, Many extends boolean = false> {
  readonly [columnTypes]?: { readonly reads: Reads; readonly writes: Writes; readonly many: Many };
  /** @default numbered by kind, such as `text_generation_0` */
  readonly name?: string;
  /**
   * `use` or `function` of a function step is the empty string: the pipeline names its functions.
   */
  readonly definition: StepDefinition;
  readonly [functionMark]?: UserFunction;
  /** The same step with other names of columns, or other settings. */
  readonly with: <
    const Inputs extends NamesOf<Reads> | undefined = undefined,
    const Outputs extends NamesOf<Writes> | undefined = undefined,
  >(
    settings: StepSettings<Inputs, Outputs>,
  ) => Step<Renamed<Reads, Inputs>, Renamed<Writes, Outputs>, Many>;
}

/** A step of any columns. */
export type AnyStep = Step<object, object, boolean>;

export type ReadsOf<Given> = Given extends Step<infer Reads, unknown, boolean> ? Reads : never;
export type WritesOf<Given> = Given extends Step<unknown, infer Writes, boolean> ? Writes : never;
export type ManyOf<Given> = Given extends Step<unknown, unknown, infer Many> ? Many : never;

type NamesOf<Columns> = { readonly [Name in keyof Columns]?: string };

export interface StepSettings<Inputs, Outputs> {
  readonly name?: string;
  /** The step's own names of columns, each with the row's name. */
  readonly inputs?: Inputs;
  /** The step's own names of columns, each with the row's name. */
  readonly outputs?: Outputs;
  /** A model's parameters, or the second argument of a function. */
  readonly parameters?: JsonObject;
  /** Names of parameters that must have a value before the pipeline runs. */
  readonly runtimeParameters?: readonly string[];
  /** The time that a function may take for a row, or for a batch: `90s`, `5m`. @default "60s" */
  readonly timeLimit?: string;
  /** False: answers of earlier runs are not reused for this step. @default true */
  readonly reuse?: boolean;
  /** `"errors"`: the step also runs for rows that failed before it. */
  readonly accepts?: "errors";
  /**
   * A Jinja expression over the row. Where it does not hold, the step does not run, and its columns
   * keep the values that the row has, or are null, which its types do not say. Only for steps that
   * add columns.
   */
  readonly when?: string;
}

/** A schema of columns. */
export type ColumnSchema = z.ZodObject;

/** The columns of a schema. zod's type of an object without properties would have all of them. */
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
      // Its mappings are of text to text, for columns that the types name.
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
