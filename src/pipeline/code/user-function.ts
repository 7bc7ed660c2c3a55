/**
 * The marks by which the code of a pipeline is found in a loaded module. They are global symbols,
 * since a user's bundle has a copy of the builder of its own.
 */
import type { JsonObject } from "../../domain/json/json.js";

export const functionMark: unique symbol = Symbol.for("ostinato.function");
export const pipelineMark: unique symbol = Symbol.for("ostinato.pipeline");

/** The facts that a function declares about itself. */
export interface FunctionFacts {
  readonly reads?: readonly string[];
  /** Read where they are there; never missing. */
  readonly mayRead?: readonly string[];
  readonly writes?: readonly string[];
  /** It gets so many rows at once. */
  readonly batch?: number;
  /** It returns several rows for a row. */
  readonly many?: boolean;
}

/** A function of a step: of a row, of a list of rows where it has a `batch`, or of all rows. */
export type StepFunction = (given: never, parameters: never) => unknown;

export interface UserFunction {
  readonly facts: FunctionFacts;
  readonly call: StepFunction;
}

/** A pipeline as a module has it: its definition, and the functions of its steps by name. */
export interface ModulePipeline {
  /**
   * A `PipelineDefinition`; its functions are named `#name`, without the module, which does not
   * know its path.
   */
  readonly definition: JsonObject;
  readonly functions: ReadonlyMap<string, UserFunction>;
  /** By source: the JSON Schema that its rows must fit. */
  readonly schemas: Readonly<Record<string, JsonObject>>;
}
