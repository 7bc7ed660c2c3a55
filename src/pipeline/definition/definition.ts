/**
 * A pipeline as data. Code, YAML and JSON all give this; the keys are those of a YAML file. It
 * becomes a `Graph` by `graphOf`.
 */
import type { Mapping } from "../../domain/graph/graph.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { Sampler } from "./sampler.js";

/** An exact number of rows, made of as many source rows as it takes. */
export interface TargetDefinition {
  /** The run ends once so many rows are accepted. */
  readonly target?: number;
  /**
   * A Jinja expression over the rows of the leaf, such as `score >= 4`. @default every row is
   * accepted
   */
  readonly accept?: string;
  /** The number of source rows that are tried at most. @default all */
  readonly max_candidates?: number;
}

export interface PipelineDefinition extends TargetDefinition {
  /** Letters, digits, `_` and `-`. */
  readonly name: string;
  readonly description?: string;
  /** By name, in the order of their declaration. */
  readonly steps: Readonly<Record<string, StepDefinition>>;
  /** Chains of steps, such as `load >> sample-n-steps(2) >> [gpt, gemini] >> group`. */
  readonly edges: readonly string[];
}

export type StepDefinition =
  | LoadDefinition
  | SampleDefinition
  | TextGenerationDefinition
  | ChatGenerationDefinition
  | TemplateDefinition
  | StructuredOutputDefinition
  | GroupDefinition
  | CombineDefinition
  | KeepDefinition
  | RenameDefinition
  | MergeDefinition
  | ExpandDefinition
  | CollectDefinition
  | FilterDefinition
  | GlobalDefinition
  | FunctionDefinition;

/** `<api>/<model>`, such as `openai/gpt-4o`. */
export type ModelName = `${string}/${string}`;

/** A function of a user's module: `./steps.ts#words`. */
export type FunctionName = `${string}#${string}`;

/** Keys that every step takes. */
export interface StepBase {
  /** The step's own names of columns, each with the row's name. */
  readonly inputs?: Mapping;
  /** The step's own names of columns, each with the row's name. */
  readonly outputs?: Mapping;
  /** A model's parameters, or the options of a user's function. */
  readonly parameters?: JsonObject;
  /** Names of parameters that must have a value before the pipeline runs. */
  readonly runtime_parameters?: readonly string[];
  /** The number of rows that a batch function gets at once. */
  readonly batch?: number;
  /**
   * The time that a user's function may take for a row, or for a batch: `90s`, `5m`. @default "60s"
   */
  readonly time_limit?: string;
  /** False: answers of earlier runs are not reused for this step. @default true */
  readonly reuse?: boolean;
  /** `"errors"`: the step also runs for rows that failed before it. */
  readonly accepts?: "errors";
}

/**
 * Rows of a file, of an earlier experiment, of a function, or inline: exactly one of `file`,
 * `from`, `function` and `rows`.
 */
export interface LoadDefinition extends StepBase {
  readonly use: "load";
  /** JSONL, CSV, Parquet, or a folder of them; relative to the pipeline's file. */
  readonly file?: string;
  /** The name of an experiment or a pipeline that has a result. */
  readonly from?: string;
  /** Returns, or yields, the rows. Its argument are the step's `parameters`. */
  readonly function?: FunctionName;
  readonly rows?: readonly JsonObject[];
  /** A JSON Schema that every row must fit. */
  readonly schema?: JsonObject;
  /** @default those found in the data */
  readonly columns?: readonly string[];
  /** The first rows alone. @default all */
  readonly limit?: number;
  /** The number of rows that are handed on at once. @default 50 */
  readonly batch_size?: number;
}

/** A draw of whole rows of a file. */
export interface DrawDefinition {
  /** JSONL, CSV, Parquet, or a folder of them; relative to the pipeline's file. */
  readonly file: string;
  /** Columns of the file. @default all */
  readonly columns?: readonly string[];
  /** False: no row is drawn twice. @default true */
  readonly replace?: boolean;
}

/** Rows made from nothing: each column is drawn by its sampler, or with its row from a file. */
export interface SampleDefinition extends StepBase {
  readonly use: "sample";
  /** @default none, if rows are drawn from a file */
  readonly columns?: Readonly<Record<string, Sampler>>;
  readonly draw?: DrawDefinition;
  /** The number of rows. @default the pipeline's `max_candidates` */
  readonly rows?: number;
  /** @default 0 */
  readonly seed?: number;
  /** The number of rows that are handed on at once. @default 50 */
  readonly batch_size?: number;
}

/** A check of an answer. What does not pass is asked again. */
export interface Validation {
  /** A JSON Schema for the answer, which is JSON. */
  readonly schema?: JsonObject;
  /** A regular expression that the answer matches. */
  readonly pattern?: string;
  /**
   * A function that gets the row with the answer; it returns true, or the reason why not as text.
   */
  readonly function?: FunctionName;
}

/** Keys that steps take that add columns. */
export interface AddingBase extends StepBase {
  /**
   * A Jinja expression over the columns that the step sees. Where it does not hold, the step does
   * not run, and its columns keep the values that the row has, or are null.
   */
  readonly when?: string;
}

/** Keys that every step takes that asks a model. */
export interface ModelStepBase extends AddingBase {
  /** A model, or several: the next one is asked where the one before is blocked or away. */
  readonly llm: ModelName | readonly ModelName[];
  /** For rows without a system prompt of their own. */
  readonly system_prompt?: string;
  /** The number of answers for each row. @default 1 */
  readonly num_generations?: number;
  /** True: several answers are lists in one row; otherwise each has a row. @default false */
  readonly group_generations?: boolean;
  /**
   * True: also writes `<step>_metadata`, with the prompt, the answer and its usage as the API gave
   * them. @default false
   */
  readonly metadata?: boolean;
  readonly validate?: Validation;
  /** Maximum retries for an answer that does not pass. @default 2 */
  readonly retries?: number;
}

/** Reads `instruction` and, if there, `system_prompt`; writes `generation` and `model_name`. */
export interface TextGenerationDefinition extends ModelStepBase {
  readonly use: "text-generation";
}

/**
 * Reads `messages`, a chat that ends with the user's message; writes `generation` and `model_name`.
 */
export interface ChatGenerationDefinition extends ModelStepBase {
  readonly use: "chat-generation";
}

/** Asks with a Jinja template over the row's columns; writes `output` and `model_name`. */
export interface TemplateDefinition extends ModelStepBase {
  readonly use: "template";
  readonly template: string;
  /** @default "generation" */
  readonly output?: string;
}

/**
 * Asks for JSON that fits a schema. Without a template it reads `instruction`. Writes `output` and
 * `model_name`.
 */
export interface StructuredOutputDefinition extends ModelStepBase {
  readonly use: "structured-output";
  /** A JSON Schema. */
  readonly schema: JsonObject;
  readonly template?: string;
  /** @default "generation" */
  readonly output?: string;
}

export interface GroupDefinition extends StepBase {
  readonly use: "group";
  /** Columns of the branches, each with the name of its list. */
  readonly columns: Mapping;
}

export interface CombineDefinition extends StepBase {
  readonly use: "combine";
}

export interface KeepDefinition extends StepBase {
  readonly use: "keep";
  readonly columns: readonly string[];
}

export interface RenameDefinition extends StepBase {
  readonly use: "rename";
  readonly columns: Mapping;
}

export interface MergeDefinition extends StepBase {
  readonly use: "merge";
  readonly columns: readonly string[];
  readonly output: string;
}

export interface ExpandDefinition extends StepBase {
  readonly use: "expand";
  /** Columns with lists. A mapping gives each the name of its item; in a list the names stay. */
  readonly columns: readonly string[] | Mapping;
  /** Some columns hold their list as JSON text. @default false */
  readonly encoded?: boolean;
}

export interface CollectDefinition extends StepBase {
  readonly use: "collect";
  /**
   * Columns of the children. A mapping gives each the name of its list; in a list the names stay.
   */
  readonly columns: readonly string[] | Mapping;
}

export interface FilterDefinition extends StepBase {
  readonly use: "filter";
  /** A Jinja expression, such as `score >= 4`, or a function: `./steps.ts#isGood`. */
  readonly where: string;
  /** Columns that the function needs; those of an expression are found in it. */
  readonly reads?: readonly string[];
}

/** Gets all rows at once and returns rows. */
export interface GlobalDefinition extends StepBase {
  readonly use: "global";
  readonly function: FunctionName;
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
}

/** Runs a user's function for each row. */
export interface FunctionDefinition extends AddingBase {
  readonly use: FunctionName;
  /** @default those that the module declares */
  readonly reads?: readonly string[];
  /** @default those that the module declares */
  readonly writes?: readonly string[];
  /** True: the function returns a list of rows for each row. @default false */
  readonly many?: boolean;
  /**
   * True: the value of a row is recorded, and taken from the record by a walk after a crash and by
   * later runs, as long as the module and the columns that the function reads are the same.
   * @default false
   */
  readonly record?: boolean;
}

export function isFunctionName(text: string): text is FunctionName {
  return /^[^#\s][^#]*#[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text);
}

export function isFunctionStep(step: StepDefinition): step is FunctionDefinition {
  return isFunctionName(step.use);
}

/** The part before the first slash is the API; a model's name may have slashes too. */
export function isModelName(text: string): text is ModelName {
  return /^[\w-]+\/\S+$/.test(text);
}
