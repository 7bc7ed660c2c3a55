/**
 * Executors run a user's code for lines, in another thread, process or machine. All speak one
 * protocol of JSON messages, which docs/executors.md describes.
 */
import type { JsonObject, JsonValue } from "../../domain/json/json.js";

/** The code of a run, as its executors are greeted with it. */
export interface ExecutorSetup {
  /** Absolute path of the folder with the flow's code, as the run keeps it. */
  readonly folder: string;
  /**
   * The files that tasks will name: loaded at the greeting, so that a faulty one is refused before
   * a line is run.
   */
  readonly files: readonly string[];
  /**
   * The places of code that tasks will name: `score.py#main`, or a file for its default. One that is
   * not there is refused at the greeting. @default none is checked
   */
  readonly uses?: readonly string[];
  /** Arguments for classes, by `file#name`. */
  readonly init: Readonly<Record<string, JsonObject>>;
  /** Each connection of the flow with the API that it stands for. */
  readonly connections: Readonly<Record<string, string>>;
  /** Environment for the code, besides that of the worker without its API keys. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The facts about a file's function, from the greeting of an executor. */
export interface CodeFacts {
  readonly file: string;
  readonly name: string;
  /** A task that names the file alone runs this one. */
  readonly isDefault: boolean;
  /** The parameters, in order. */
  readonly parameters: readonly CodeParameter[];
  /** It has a function for all completed lines. */
  readonly aggregates: boolean;
  /** False if an input that is no parameter is an error, in place of being ignored. */
  readonly takesOthers: boolean;
}

export interface CodeParameter {
  readonly name: string;
  /** promptflow's type where the code declares one. */
  readonly type?: string;
  readonly default?: JsonValue;
  readonly required: boolean;
}

export interface LineTask {
  /** Unique among the tasks that an executor holds. */
  readonly id: string;
  /** The line's number, for the user's logs. */
  readonly line: number;
  readonly file: string;
  /** @default the file's only tool, its `aggregate` for an aggregation, or its default export */
  readonly name?: string;
  readonly inputs: JsonObject;
  /** Values that earlier attempts of the line have recorded, by key. */
  readonly journal: JsonObject;
  /**
   * The part of the line that the task is: a node, or a turn of a chat group. @default the whole
   * line
   */
  readonly part?: string;
}

export interface AggregationTask extends Omit<LineTask, "line" | "journal"> {
  /** Values that earlier attempts have recorded, by key. @default none */
  readonly journal?: JsonObject;
  /**
   * For the aggregation of a whole flow: completed lines in line order. A node gets its lists as
   * `inputs`.
   */
  readonly lines?: readonly AggregatedLine[];
}

export interface AggregatedLine {
  readonly line_number: number;
  readonly inputs: JsonObject;
  /** The output as the code gave it: a value that is no object is not wrapped. */
  readonly outputs: JsonValue;
}

/** A request of a line's code to its run. */
export type LineCall = PromptCall | TemplateCall | PromptyCall | RenderCall;

/** Asks a model. */
export interface PromptCall {
  /** `<api>/<model>`, or a connection of the flow with a model: `my_connection/gpt-4o`. */
  readonly llm: string;
  /** Text, or messages with `role` and `content`. */
  readonly prompt: JsonValue;
  readonly parameters?: JsonObject;
}

/** Renders a chat template and asks a model, as an llm node does. */
export interface TemplateCall {
  readonly llm: string;
  /** A Jinja template whose `# system:` lines part its messages. */
  readonly template: string;
  readonly inputs: JsonObject;
  readonly parameters?: JsonObject;
}

/**
 * Renders a `.prompty` file and asks its model. The response is an object where the file asks for
 * JSON.
 */
export interface PromptyCall {
  readonly prompty: PromptyText;
  readonly inputs: JsonObject;
  /** Overrides the `model` of the file, deeply. */
  readonly model?: JsonObject;
  /**
   * True: asks no model; the response is the number of tokens of the rendered prompt. @default
   * false
   */
  readonly countTokens?: boolean;
}

export interface PromptyText {
  /** Absolute path, for messages and for the files that the text names. */
  readonly file: string;
  /** The whole file. */
  readonly text: string;
}

/** Renders a Jinja template. The response is the text. */
export interface RenderCall {
  readonly render: string;
  readonly inputs: JsonObject;
}

/** The requests that a task may make while it is under way. */
export interface LineRequests {
  /**
   * Resolves to the answer's response, with what the API told of it. Rejects with an error that has
   * a `type`.
   */
  readonly call: (call: LineCall) => Promise<LineAnswer>;
  /** Keeps a value that the code computed, so that a later attempt gets it in its journal. */
  readonly record: (key: string, value: JsonValue) => Promise<void>;
  readonly log?: (text: string) => void;
}

export interface LineAnswer {
  readonly response: JsonValue;
  /** Tokens and other facts of the answer, under our names. */
  readonly facts?: JsonObject;
}

export interface RunOptions {
  /** Time for the code itself: waiting for the answers of calls does not count. @default 600_000 */
  readonly limitMs?: number;
  /** Abandons the task. */
  readonly signal?: AbortSignal;
}

export interface AggregateOptions extends RunOptions {
  /** The requests that the code may make. @default none: each fails */
  readonly requests?: LineRequests;
}

/** The types of failures that are not errors of the code itself. */
export const taskFailures = {
  timeout: "LineExecutionTimeout",
  crash: "ProcessCrash",
  wrongResult: "WrongResult",
  memory: "MemoryLimit",
} as const;

/** The code of a task failed, in a way that is the code's. */
export class TaskFailed extends Error {
  override readonly name = "TaskFailed";
  /** The name of the error that the code threw, or one of `taskFailures`. */
  readonly type: string;
  readonly trace: string | undefined;

  constructor(type: string, message: string, trace?: string) {
    super(message);
    this.type = type;
    this.trace = trace;
  }
}

/** A pool of executors of one language, for the lines of one run in this process. */
export interface ExecutorPool {
  /**
   * Greets one executor, which loads the files. Throws a `UserError` if there is none, if it does
   * not greet within 30 seconds, or if a file can't be loaded.
   */
  readonly start: () => Promise<readonly CodeFacts[]>;
  /**
   * Runs a task. Rejects with a `TaskFailed`. A task that kills its executor fails alone: others
   * that were on it are run again on a new one.
   */
  readonly run: (
    task: LineTask,
    requests: LineRequests,
    options?: RunOptions,
  ) => Promise<JsonValue>;
  readonly aggregate: (task: AggregationTask, options?: AggregateOptions) => Promise<Aggregated>;
  /** Ends all executors, whatever they do. Safe to repeat. */
  readonly end: () => Promise<void>;
}

export interface Aggregated {
  /** promptflow takes an object that a class returns for all lines as metrics too. */
  readonly output: JsonValue;
  /** The metrics that the code logged with `log_metric`, in order. */
  readonly metrics: readonly Metric[];
}

export interface Metric {
  readonly name: string;
  readonly value: JsonValue;
}

export interface ExecutorSettings {
  readonly setup: ExecutorSetup;
  /** Maximum number of executors. */
  readonly most: number;
  /** Time for an executor to load the code and to greet. @default 30_000 */
  readonly greetMs?: number;
  /** Heap of a thread of TypeScript or JavaScript, in MB. @default 512 */
  readonly mostHeapMb?: number;
  /** The program that runs Python files. @default `OSTINATO_PYTHON`, else `python3` */
  readonly python?: string;
  /** The environment of the worker. @default that of this process */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Gets the output of the code that belongs to no line. @default stderr */
  readonly log?: (text: string) => void;
}

/** Makes the pool of a language. */
export type ExecutorFactory = (settings: ExecutorSettings) => ExecutorPool;
