/**
 * The marks that identify the code of a pipeline in a loaded module. They are global symbols,
 * because a user's bundle has its own copy of the builder.
 */
import type { JsonObject } from "../../domain/json/json.js";

export const functionMark: unique symbol = Symbol.for("ostinato.function");
export const pipelineMark: unique symbol = Symbol.for("ostinato.pipeline");

/** The facts that a function declares about itself. */
export interface FunctionFacts {
  readonly reads?: readonly string[];
  /** Columns that the function reads if they exist. They are never reported as missing. */
  readonly mayRead?: readonly string[];
  readonly writes?: readonly string[];
  /** Number of rows that the function receives at once. */
  readonly batch?: number;
  /** True if the function returns several rows for a row. */
  readonly many?: boolean;
}

/** Function of a step. It receives a row, a list of rows if the step has a `batch`, or all rows. */
export type StepFunction = (given: never, parameters: never) => unknown;

export interface UserFunction {
  readonly facts: FunctionFacts;
  readonly call: StepFunction;
}

/** A pipeline as its module exports it: its definition, and the functions of its steps by name. */
export interface ModulePipeline {
  /**
   * A `PipelineDefinition`. Its functions are named `#name`, because the module does not know its
   * path.
   */
  readonly definition: JsonObject;
  readonly functions: ReadonlyMap<string, UserFunction>;
  /** JSON Schema for the rows of each source. */
  readonly schemas: Readonly<Record<string, JsonObject>>;
}
