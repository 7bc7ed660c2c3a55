import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { computed } from "../../domain/computed.js";
import type { Row } from "../../domain/graph/graph.js";
import { RowError } from "../../domain/graph/walk/step-value.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { runStream } from "../../executors/stream/run-stream.js";
import { CallFailed, CallPool, LoadFailed } from "../../executors/calls/call-pool.js";
import type { CallError } from "../../executors/calls/call-messages.js";
import { CallThread } from "../../executors/calls/call-thread.js";
import { Batches, valueOf } from "./batches.js";
import type {
  FunctionTask,
  GlobalTask,
  RowEnd,
  TaskValue,
  ThreadModule,
  ThreadModules,
} from "./function-task.js";
import { keptModules, splitUse } from "./kept-modules.js";
import type { ModuleFacts, PipelineFacts } from "./module-functions.js";
import { ownStack } from "./own-stack.js";
import type { FunctionFacts } from "./user-function.js";

export interface FunctionPoolOptions {
  /** Maximum heap of a thread, in MB. @default 512 */
  readonly mostHeapMb?: number;
  /** Maximum number of threads. @default one fewer than the cores, at least 1 and at most 4 */
  readonly mostThreads?: number;
}

export interface CallOptions {
  /** Timeout of one call, in ms. @default 60_000 */
  readonly limitMs?: number;
  /** Maximum number of rows per call. @default the function's own number, otherwise one by one */
  readonly batch?: number;
  /** Second argument of the function. @default {} */
  readonly parameters?: JsonObject;
}

export interface GlobalCallOptions extends Omit<CallOptions, "batch"> {
  /** Name of the step, for messages. */
  readonly step?: string;
  readonly signal?: AbortSignal;
}

const defaultHeapMb = 512;
const defaultLimitMs = 60_000;
/**
 * Time in ms for which the thread of a global step may stand still. The time for all rows is not
 * limited.
 */
const defaultGlobalLimitMs = 600_000;

/** Opens the functions of a run, from the bundles in its folder. */
export async function openFunctions(
  folder: string,
  options: FunctionPoolOptions = {},
): Promise<FunctionPool> {
  return new FunctionPool(await keptModules(folder), options);
}

/**
 * A user's functions in supervised threads. If a function throws, loops, exhausts the memory or
 * ends its thread, only its row fails, with a `RowError`. A module that cannot be loaded or a
 * missing function leads to a `UserError`.
 */
export class FunctionPool {
  readonly #modules: readonly ThreadModule[];
  readonly #calls: CallPool<readonly ModuleFacts[], FunctionTask, TaskValue>;
  readonly #batches = new Batches();
  readonly #mostHeapMb: number;
  readonly #found = new Map<string, Promise<FunctionFacts>>();

  constructor(
    modules: readonly ThreadModule[],
    { mostHeapMb = defaultHeapMb, mostThreads = defaultThreads() }: FunctionPoolOptions = {},
  ) {
    this.#modules = modules;
    this.#mostHeapMb = mostHeapMb;
    const settings: ThreadModules = { modules };
    const start = { program: programPath("function"), settings, mostHeapMb };
    this.#calls = new CallPool({
      start: (events) => new CallThread(start, events),
      most: mostThreads,
    });
  }

  /**
   * Returns the facts that a function declares. Loads its module, so it also checks that the module
   * can be loaded.
   */
  async facts(use: string): Promise<FunctionFacts> {
    return computed(this.#found, use, () => this.#find(use));
  }

  /** Returns the hash of the bundle that contains a function. It changes with the code. */
  codeHashOf(use: string): string {
    const { file } = splitUse(use);
    const module = this.#modules.find((each) => each.file === file);
    return module ? basename(module.bundle, ".mjs") : "";
  }

  /** Returns the pipeline that is a module's default export. */
  async pipelineOf(file: string): Promise<PipelineFacts | undefined> {
    return (await this.#module(file)).pipeline;
  }

  /**
   * Runs a function for a row. Resolves to its result: columns, or a list of rows. A generator is
   * read to its end.
   *
   * @param use place of the function, e.g. `./steps.ts#words`
   */
  async run(use: string, row: Row, options: CallOptions = {}): Promise<JsonValue> {
    const facts = await this.facts(use);
    const { limitMs = defaultLimitMs, parameters = {}, batch = facts.batch } = options;
    const call = { use, limitMs, parameters };
    const end =
      batch === undefined
        ? await this.#one(call, row)
        : await this.#batches.add(
            { key: JSON.stringify([use, batch, limitMs, parameters]), row, size: batch },
            async (rows) => this.#many(call, rows),
          );
    return valueOf(end, ({ name, message }) => new RowError(name, message));
  }

  /**
   * Runs a function that receives all rows and yields rows, in a separate thread with four times
   * the heap. With several inputs, the function receives a list of them. The function of a source
   * has no inputs, and receives only its parameters. Throws a `UserError` that names the function
   * if it fails, and a `StreamAborted` if its signal fires.
   */
  async *runGlobal(
    use: string,
    inputs: readonly AsyncIterable<Row>[],
    { limitMs = defaultGlobalLimitMs, parameters = {}, step, signal }: GlobalCallOptions = {},
  ): AsyncGenerator<Row> {
    await this.facts(use);
    const { file, name } = splitUse(use);
    const module = this.#modules.find((each) => each.file === file);
    if (!module) throw new Error(`Expected a module ${file}.`);
    const settings: GlobalTask = { module, name, parameters };
    const start = { program: programPath("global"), settings, mostHeapMb: 4 * this.#mostHeapMb };
    try {
      yield* runStream<GlobalTask, Row, Row>({ ...start, limitMs, signal }, inputs);
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      const text = this.#textOf(error.error, file);
      const named = step === undefined ? use : `"${step}" (${use})`;
      const kind = inputs.length === 0 ? "source" : "global step";
      throw new UserError(`The ${kind} ${named} failed: ${text}`, { cause: error });
    }
  }

  async end(): Promise<void> {
    await this.#calls.end();
  }

  async #one(call: Call, row: Row): Promise<RowEnd> {
    const [end] = await this.#ends(call, { row });
    return end ?? { error: { name: "WrongResult", message: "Expected a result, got none." } };
  }

  async #many(call: Call, rows: readonly Row[]): Promise<readonly RowEnd[]> {
    const ends = await this.#ends(call, { rows });
    // If a batch failed as a whole, its only end applies to all rows.
    return ends.length === rows.length ? ends : rows.flatMap(() => ends.slice(0, 1));
  }

  async #ends(call: Call, given: FunctionTask["given"]): Promise<readonly RowEnd[]> {
    const { use, limitMs, parameters } = call;
    const { file, name } = splitUse(use);
    try {
      const ends = await this.#calls.run({ file, name, parameters, given }, limitMs);
      if (!("wrongCount" in ends)) return ends;
      const rows = "rows" in given ? given.rows.length : 1;
      const message = `Expected ${use} to return one result for each row of a batch of ${rows}, got ${ends.wrongCount}.`;
      return [{ error: { name: "WrongResult", message } }];
    } catch (error) {
      if (!(error instanceof CallFailed)) throw this.#loadProblem(error);
      return [{ error: { name: error.error.name, message: this.#textOf(error.error, file) } }];
    }
  }

  async #find(use: string): Promise<FunctionFacts> {
    const { file, name } = splitUse(use);
    const { functions } = await this.#module(file);
    const facts = functions.get(name);
    if (facts) return facts;
    const names = [...functions.keys()];
    const found = names.length === 0 ? "It exports no function" : `It has ${names.join(", ")}`;
    throw new UserError(
      `There is no function "${name}" in ${file}. ${found}. Export it, or correct \`use\`.`,
    );
  }

  async #module(file: string): Promise<ModuleFacts> {
    const modules = await this.#loaded();
    const module = modules.find((each) => each.file === file);
    if (!module) throw new UserError(`There is no module ${file} in this run. Start it again.`);
    if (!module.problem) return module;
    throw new UserError(
      `The module ${file} can't be loaded: ${this.#textOf({ name: "Error", ...module.problem }, file)}`,
    );
  }

  async #loaded(): Promise<readonly ModuleFacts[]> {
    try {
      return await this.#calls.facts();
    } catch (error) {
      throw this.#loadProblem(error);
    }
  }

  #loadProblem(error: unknown): unknown {
    if (!(error instanceof LoadFailed)) return error;
    const files = this.#modules.map(({ file }) => file).join(", ");
    return new UserError(`The code of ${files} can't be loaded: ${error.message}`, {
      cause: error,
    });
  }

  #textOf({ message, stack }: CallError, file: string): string {
    const module = this.#modules.find((each) => each.file === file)?.module ?? file;
    return [message, ...ownStack(stack, module)].join("\n");
  }
}

interface Call {
  readonly use: string;
  readonly limitMs: number;
  readonly parameters: JsonObject;
}

function defaultThreads(): number {
  return Math.min(4, Math.max(1, availableParallelism() - 1));
}

/** Returns the path of the compiled thread program, for the built package and for its sources. */
function programPath(of: "function" | "global"): string {
  const name = `${of}-thread-program.js`;
  const beside = fileURLToPath(new URL(name, import.meta.url));
  if (existsSync(beside)) return beside;
  return fileURLToPath(new URL(`../../../dist/src/pipeline/code/${name}`, import.meta.url));
}
