/**
 * A pipeline as data. Code, YAML and JSON are all converted to it. The keys are those of a YAML
 * file. `graphOf` converts it to a `Graph`.
 */
import type { Mapping } from "../../domain/graph/graph.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { Sampler } from "./sampler.js";

/** Settings for an exact number of rows, made from as many source rows as necessary. */
export interface TargetDefinition {
  /** Number of accepted rows after which the run ends. */
  readonly target?: number;
  /**
   * A Jinja expression over the rows of the leaf, such as `score >= 4`. @default every row is
   * accepted
   */
  readonly accept?: string;
  /** Maximum number of source rows to try. @default all */
  readonly max_candidates?: number;
}

export interface PipelineDefinition extends TargetDefinition {
  /** Name of the pipeline: letters, digits, `_` and `-`. */
  readonly name: string;
  readonly description?: string;
  /** Steps by name, in the order of their declaration. */
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

/** Name of a model as `<api>/<model>`, such as `openai/gpt-4o`. */
export type ModelName = `${string}/${string}`;

/** Place of a function in a user's module: `./steps.ts#words`. */
export type FunctionName = `${string}#${string}`;

/** Keys that every step accepts. */
export interface StepBase {
  /** Names of the columns that the step reads, each with the row's name. */
  readonly inputs?: Mapping;
  /** Names of the columns that the step writes, each with the row's name. */
  readonly outputs?: Mapping;
  /** Parameters of a model, or options of a user's function. */
  readonly parameters?: JsonObject;
  /** Names of parameters that must have a value before the pipeline runs. */
  readonly runtime_parameters?: readonly string[];
  /** Number of rows that a batch function receives at once. */
  readonly batch?: number;
  /** Time limit of a user's function for a row or for a batch: `90s`, `5m`. @default "60s" */
  readonly time_limit?: string;
  /** Reuse answers of earlier runs for this step. @default true */
  readonly reuse?: boolean;
  /** `"errors"` also runs the step for rows that failed earlier. */
  readonly accepts?: "errors";
}

/**
 * Rows of a file, of an earlier experiment, of a function, or inline. Exactly one of `file`,
 * `from`, `function` and `rows` is set.
 */
export interface LoadDefinition extends StepBase {
  readonly use: "load";
  /** JSONL, CSV or Parquet file, or a folder of such files; relative to the pipeline's file. */
  readonly file?: string;
  /** Name of an experiment or a pipeline with a result. */
  readonly from?: string;
  /** Function that returns, or yields, the rows. Its argument contains the step's `parameters`. */
  readonly function?: FunctionName;
  readonly rows?: readonly JsonObject[];
  /** JSON Schema that every row must fit. */
  readonly schema?: JsonObject;
  /** Columns of the rows. @default the columns found in the data */
  readonly columns?: readonly string[];
  /** Maximum number of rows, from the first. @default all */
  readonly limit?: number;
  /** Number of rows that are passed on at once. @default 50 */
  readonly batch_size?: number;
}

/** A draw of whole rows from a file. */
export interface DrawDefinition {
  /** JSONL, CSV or Parquet file, or a folder of such files; relative to the pipeline's file. */
  readonly file: string;
  /** Columns of the file. @default all */
  readonly columns?: readonly string[];
  /** Allow rows to be drawn repeatedly. @default true */
  readonly replace?: boolean;
}

/** Generated rows. A sampler draws each column, or a row of a file is drawn with its columns. */
export interface SampleDefinition extends StepBase {
  readonly use: "sample";
  /** Samplers by column. @default none, if rows are drawn from a file */
  readonly columns?: Readonly<Record<string, Sampler>>;
  readonly draw?: DrawDefinition;
  /** Number of rows. @default the pipeline's `max_candidates` */
  readonly rows?: number;
  /** Seed of the draws. @default 0 */
  readonly seed?: number;
  /** Number of rows that are passed on at once. @default 50 */
  readonly batch_size?: number;
}

/** Check of an answer. An answer that does not pass is asked for again. */
export interface Validation {
  /** JSON Schema for the answer, which must be JSON. */
  readonly schema?: JsonObject;
  /** Regular expression that the answer must match. */
  readonly pattern?: string;
  /**
   * Function that receives the row with the answer. It returns true, or the reason for a failure as
   * text.
   */
  readonly function?: FunctionName;
}

/** Keys that every step with added columns accepts. */
export interface AddingBase extends StepBase {
  /**
   * A Jinja expression over the columns that the step reads. If it is false, the step does not run,
   * and its columns keep the values of the row or are null.
   */
  readonly when?: string;
}

/** Keys that every model step accepts. */
export interface ModelStepBase extends AddingBase {
  /** One or several models. The next model is asked if the model before is blocked or away. */
  readonly llm: ModelName | readonly ModelName[];
  /** System prompt for rows without their own. */
  readonly system_prompt?: string;
  /** Number of answers per row. @default 1 */
  readonly num_generations?: number;
  /**
   * Keep several answers as lists in one row. If false, each answer becomes a row. @default false
   */
  readonly group_generations?: boolean;
  /**
   * Also write `<step>_metadata`, with the prompt, the answer and its usage from the API. @default
   * false
   */
  readonly metadata?: boolean;
  readonly validate?: Validation;
  /** Maximum number of retries for an answer that does not pass. @default 2 */
  readonly retries?: number;
}

/** Reads `instruction` and, if it exists, `system_prompt`. Writes `generation` and `model_name`. */
export interface TextGenerationDefinition extends ModelStepBase {
  readonly use: "text-generation";
}

/**
 * Reads `messages`, a chat that ends with the user's message. Writes `generation` and `model_name`.
 */
export interface ChatGenerationDefinition extends ModelStepBase {
  readonly use: "chat-generation";
}

/** Asks a model with a Jinja template over the row's columns. Writes `output` and `model_name`. */
export interface TemplateDefinition extends ModelStepBase {
  readonly use: "template";
  readonly template: string;
  /** Name of the answer's column. @default "generation" */
  readonly output?: string;
}

/**
 * Asks a model for JSON that fits a schema. Reads `instruction` if there is no template. Writes
 * `output` and `model_name`.
 */
export interface StructuredOutputDefinition extends ModelStepBase {
  readonly use: "structured-output";
  /** JSON Schema of the answer. */
  readonly schema: JsonObject;
  readonly template?: string;
  /** Name of the answer's column. @default "generation" */
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
  /**
   * Columns with lists. A mapping names the item of each list; with a list of columns, the names
   * stay.
   */
  readonly columns: readonly string[] | Mapping;
  /** Some columns contain their list as JSON text. @default false */
  readonly encoded?: boolean;
}

export interface CollectDefinition extends StepBase {
  readonly use: "collect";
  /**
   * Columns of the children. A mapping names the list of each column; with a list of columns, the
   * names stay.
   */
  readonly columns: readonly string[] | Mapping;
}

export interface FilterDefinition extends StepBase {
  readonly use: "filter";
  /** A Jinja expression, such as `score >= 4`, or a function: `./steps.ts#isGood`. */
  readonly where: string;
  /** Columns that the function needs. The columns of an expression are found automatically. */
  readonly reads?: readonly string[];
}

/** Receives all rows at once and returns rows. */
export interface GlobalDefinition extends StepBase {
  readonly use: "global";
  readonly function: FunctionName;
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
}

/** Runs a user's function for each row. */
export interface FunctionDefinition extends AddingBase {
  readonly use: FunctionName;
  /** Columns that the function reads. @default the columns that the module declares */
  readonly reads?: readonly string[];
  /** Columns that the function writes. @default the columns that the module declares */
  readonly writes?: readonly string[];
  /** The function returns a list of rows for each row. @default false */
  readonly many?: boolean;
  /**
   * Record the value of each row. Walks after a crash and later runs use the recorded value if the
   * module and the columns that the function reads are the same.
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

/**
 * True for a model's name. The part before the first slash is the API; the name of the model may
 * contain further slashes.
 */
export function isModelName(text: string): text is ModelName {
  return /^[\w-]+\/\S+$/.test(text);
}
