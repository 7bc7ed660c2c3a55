import { functionMark, pipelineMark } from "./user-function.js";
import type { FunctionFacts, ModulePipeline, StepFunction, UserFunction } from "./user-function.js";

/** A loaded module of a user. */
export interface ModuleFunctions {
  /**
   * Functions by the name after `#`: the functions of the pipeline's steps, then the module's
   * exports.
   */
  readonly functions: ReadonlyMap<string, UserFunction>;
  /** The module's default export, if it is a pipeline. */
  readonly pipeline?: PipelineFacts;
}

export type PipelineFacts = Pick<ModulePipeline, "definition" | "schemas">;

/** The facts about a module that its thread reports. */
export interface ModuleFacts {
  readonly file: string;
  readonly functions: ReadonlyMap<string, FunctionFacts>;
  readonly pipeline?: PipelineFacts;
  /** Error with which the module could not be loaded. */
  readonly problem?: { readonly message: string; readonly stack?: string };
}

export function moduleFunctions(exported: Readonly<Record<string, unknown>>): ModuleFunctions {
  const pipeline = pipelineOf(exported["default"]);
  const functions = new Map(pipeline?.functions);
  for (const [name, value] of Object.entries(exported)) {
    const given = functionOf(value);
    if (given && !functions.has(name)) functions.set(name, given);
  }
  if (!pipeline) return { functions };
  const { definition, schemas } = pipeline;
  return { functions, pipeline: { definition, schemas } };
}

function functionOf(value: unknown): UserFunction | undefined {
  // The mark is ours: only the builder sets it.
  if (hasMark(value, functionMark)) return value[functionMark] as UserFunction;
  // A plain function declares nothing. The types of its arguments are unknown here.
  return typeof value === "function" ? { facts: {}, call: value as StepFunction } : undefined;
}

function pipelineOf(value: unknown): ModulePipeline | undefined {
  // The mark is ours: only the builder sets it.
  return hasMark(value, pipelineMark) ? (value[pipelineMark] as ModulePipeline) : undefined;
}

function hasMark<Mark extends symbol>(value: unknown, mark: Mark): value is Record<Mark, unknown> {
  return (
    (typeof value === "object" || typeof value === "function") && value !== null && mark in value
  );
}
