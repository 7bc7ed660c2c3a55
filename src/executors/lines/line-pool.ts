import { UserError } from "../../domain/failure/user-error.js";
import type { JsonValue } from "../../domain/json/json.js";
import { CallFailed, CallPool, LoadFailed } from "../calls/call-pool.js";
import { TaskFailed } from "./executor.js";
import type {
  AggregateOptions,
  Aggregated,
  AggregationTask,
  CodeFacts,
  ExecutorPool,
  ExecutorSettings,
  LineRequests,
  LineTask,
  RunOptions,
} from "./executor.js";
import { LineExecutor } from "./line-executor.js";
import type { LineResult, LineWork } from "./line-executor.js";
import { protocolVersion } from "./protocol.js";
import type { OpenTransport } from "./transport.js";

const defaultGreetMs = 30_000;
const defaultLimitMs = 600_000;

/** Rewrites the stack of an error so that it shows the user's own code. */
export type OwnTrace = (trace: string, file: string) => string;

export interface LinePoolOptions {
  readonly transport: OpenTransport;
  /** Rewrites stacks. @default the stack as the executor sends it */
  readonly ownTrace?: OwnTrace;
}

/** A pool of executors that all use the protocol over one kind of transport. */
export class LinePool implements ExecutorPool {
  readonly #calls: CallPool<readonly CodeFacts[], LineWork, LineResult>;
  readonly #ownTrace: OwnTrace;

  constructor(
    { setup, most, greetMs = defaultGreetMs, log = logToStderr }: ExecutorSettings,
    { transport, ownTrace = (trace) => trace }: LinePoolOptions,
  ) {
    const { folder, files, uses = [], init, connections } = setup;
    const hello = { version: protocolVersion, folder, files, uses, init, connections };
    this.#ownTrace = ownTrace;
    this.#calls = new CallPool({
      start: (events) => new LineExecutor({ transport, hello, greetMs, log }, events),
      most,
      isSpread: true,
    });
  }

  async start(): Promise<readonly CodeFacts[]> {
    try {
      return await this.#calls.facts();
    } catch (error) {
      throw loadProblem(error);
    }
  }

  async run(task: LineTask, requests: LineRequests, options?: RunOptions): Promise<JsonValue> {
    const { id, ...rest } = task;
    const { value } = await this.#perform({ message: { run: id, ...rest }, requests }, options);
    return value;
  }

  async aggregate(
    task: AggregationTask,
    { requests = noRequests, ...options }: AggregateOptions = {},
  ): Promise<Aggregated> {
    const { id, ...rest } = task;
    const work = { message: { aggregate: id, ...rest }, requests };
    const { value, metrics } = await this.#perform(work, options);
    return { output: value, metrics };
  }

  async end(): Promise<void> {
    await this.#calls.end();
  }

  async #perform(
    work: LineWork,
    { limitMs = defaultLimitMs, signal }: RunOptions = {},
  ): Promise<LineResult> {
    try {
      return await this.#calls.run(work, limitMs, signal);
    } catch (error) {
      if (!(error instanceof CallFailed)) throw loadProblem(error);
      const { name, message, stack } = error.error;
      const trace = stack === undefined ? undefined : this.#ownTrace(stack, work.message.file);
      throw new TaskFailed(name, message, trace);
    }
  }
}

const noRequests: LineRequests = {
  call: async () => Promise.reject(new NoRequest("This aggregation can't ask a model.")),
  record: async () => undefined,
};

class NoRequest extends Error {
  override readonly name = "NoRequest";
  readonly type = "NoRequest";
}

function loadProblem(error: unknown): unknown {
  return error instanceof LoadFailed ? new UserError(error.message, { cause: error }) : error;
}

/** Writes text to stderr, because stdout is for data. */
function logToStderr(text: string): void {
  process.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
}
