/**
 * Executors run a user's code for lines, in another thread, process or machine. All of them speak
 * one protocol of JSON messages, which docs/executors.md describes.
 */
import type { JsonObject, JsonValue } from "../../domain/json/json.js";

/** Data about the code of a run, which its executors receive at the greeting. */
export interface ExecutorSetup {
  /** Absolute path of the folder in which the run keeps the flow's code. */
  readonly folder: string;
  /**
   * Files that tasks will name. They are loaded at the greeting, so that a faulty file is refused
   * before a line is run.
   */
  readonly files: readonly string[];
  /**
   * Places of code that tasks will name: `score.py#main`, or a file for its default. A missing
   * place is refused at the greeting. @default no place is checked
   */
  readonly uses?: readonly string[];
  /** Constructor arguments of classes, by `file#name`. */
  readonly init: Readonly<Record<string, JsonObject>>;
  /** API for each connection of the flow. */
  readonly connections: Readonly<Record<string, string>>;
  /**
   * Environment variables for the code, in addition to the worker's variables without its API keys.
   */
  readonly variables: Readonly<Record<string, string>>;
}

/** Facts about a file's function, from the greeting of an executor. */
export interface CodeFacts {
  readonly file: string;
  readonly name: string;
  /** True if a task that names only the file runs this function. */
  readonly isDefault: boolean;
  /** Parameters in order. */
  readonly parameters: readonly CodeParameter[];
  /** True if the code has a function for all completed lines. */
  readonly aggregates: boolean;
  /** True if inputs that are not parameters are ignored. If false, they are errors. */
  readonly takesOthers: boolean;
}

export interface CodeParameter {
  readonly name: string;
  /** Type in promptflow's words, if the code declares one. */
  readonly type?: string;
  readonly default?: JsonValue;
  readonly required: boolean;
}

export interface LineTask {
  /** Id of the task. Unique among the tasks that an executor holds. */
  readonly id: string;
  /** Number of the line, for the user's logs. */
  readonly line: number;
  readonly file: string;
  /**
   * Name of the function. @default the file's only tool, its `aggregate` for an aggregation, or its
   * default export
   */
  readonly name?: string;
  readonly inputs: JsonObject;
  /** Values that earlier attempts of the line recorded, by key. */
  readonly journal: JsonObject;
  /**
   * Part of the line that the task runs: a node, or a turn of a chat group. @default the whole line
   */
  readonly part?: string;
}

export interface AggregationTask extends Omit<LineTask, "line" | "journal"> {
  /** Values that earlier attempts recorded, by key. @default none */
  readonly journal?: JsonObject;
  /**
   * Completed lines in line order, for the aggregation of a whole flow. The aggregation of a node
   * gets its lists as `inputs`.
   */
  readonly lines?: readonly AggregatedLine[];
}

export interface AggregatedLine {
  readonly line_number: number;
  readonly inputs: JsonObject;
  /** Output as the code returned it. A value that is not an object is not wrapped. */
  readonly outputs: JsonValue;
}

/** A request of a line's code to its run. */
export type LineCall = PromptCall | TemplateCall | PromptyCall | RenderCall;

/** Asks a model. */
export interface PromptCall {
  /** Model as `<api>/<model>`, or a connection of the flow with a model: `my_connection/gpt-4o`. */
  readonly llm: string;
  /** Text, or messages with `role` and `content`. */
  readonly prompt: JsonValue;
  readonly parameters?: JsonObject;
}

/** Renders a chat template and asks a model, like an llm node. */
export interface TemplateCall {
  readonly llm: string;
  /** A Jinja template. Lines such as `# system:` begin its messages. */
  readonly template: string;
  readonly inputs: JsonObject;
  readonly parameters?: JsonObject;
}

/**
 * Renders a `.prompty` file and asks its model. The response is an object if the file asks for
 * JSON.
 */
export interface PromptyCall {
  readonly prompty: PromptyText;
  readonly inputs: JsonObject;
  /** Values that are merged deeply into the `model` of the file. */
  readonly model?: JsonObject;
  /** Ask no model, and return the number of tokens of the rendered prompt. @default false */
  readonly countTokens?: boolean;
}

export interface PromptyText {
  /** Absolute path of the file, for messages and for files that its text names. */
  readonly file: string;
  /** Text of the whole file. */
  readonly text: string;
}

/** Renders a Jinja template. The response is the text. */
export interface RenderCall {
  readonly render: string;
  readonly inputs: JsonObject;
}

/** The requests that a running task can make. */
export interface LineRequests {
  /**
   * Resolves to the answer's response, with the facts that the API reported. Rejects with an error
   * that has a `type`.
   */
  readonly call: (call: LineCall) => Promise<LineAnswer>;
  /** Saves a value that the code computed. Later attempts receive it in their journal. */
  readonly record: (key: string, value: JsonValue) => Promise<void>;
  readonly log?: (text: string) => void;
}

export interface LineAnswer {
  readonly response: JsonValue;
  /** Tokens and other facts about the answer, under our names. */
  readonly facts?: JsonObject;
}

export interface RunOptions {
  /**
   * Time limit of the code itself in ms. Waiting for answers of calls does not count. @default
   * 600_000
   */
  readonly limitMs?: number;
  /** Abandons the task when it fires. */
  readonly signal?: AbortSignal;
}

export interface AggregateOptions extends RunOptions {
  /** Handlers for the requests that the code may make. @default every request fails */
  readonly requests?: LineRequests;
}

/** Types of failures that are not errors of the code itself. */
export const taskFailures = {
  timeout: "LineExecutionTimeout",
  crash: "ProcessCrash",
  wrongResult: "WrongResult",
  memory: "MemoryLimit",
} as const;

/** Thrown if the code of a task failed through its own fault. */
export class TaskFailed extends Error {
  override readonly name = "TaskFailed";
  /** Name of the error that the code threw, or one of `taskFailures`. */
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
   * Starts one executor, which loads the files. Throws a `UserError` if there is no such executor,
   * if it does not greet within 30 seconds, or if a file cannot be loaded.
   */
  readonly start: () => Promise<readonly CodeFacts[]>;
  /**
   * Runs a task. Rejects with a `TaskFailed`. A task that kills its executor fails alone: other
   * tasks on the executor are repeated on a new one.
   */
  readonly run: (
    task: LineTask,
    requests: LineRequests,
    options?: RunOptions,
  ) => Promise<JsonValue>;
  readonly aggregate: (task: AggregationTask, options?: AggregateOptions) => Promise<Aggregated>;
  /** Ends all executors at once. Safe to repeat. */
  readonly end: () => Promise<void>;
}

export interface Aggregated {
  /**
   * Output of the aggregation. As in promptflow, an object that a class returns for all lines
   * counts as metrics too.
   */
  readonly output: JsonValue;
  /** Metrics that the code logged with `log_metric`, in order. */
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
  /** Timeout in ms for an executor to load the code and to greet. @default 30_000 */
  readonly greetMs?: number;
  /** Maximum heap of a thread of TypeScript or JavaScript, in MB. @default 512 */
  readonly mostHeapMb?: number;
  /** Program that runs Python files. @default `OSTINATO_PYTHON`, otherwise `python3` */
  readonly python?: string;
  /** Environment variables of the worker. @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Called with output of the code that belongs to no line. @default writes to stderr */
  readonly log?: (text: string) => void;
}

/** Makes the pool of a language. */
export type ExecutorFactory = (settings: ExecutorSettings) => ExecutorPool;
