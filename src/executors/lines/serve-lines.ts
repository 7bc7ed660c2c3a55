/**
 * The program inside a thread of lines. It uses the protocol with its pool, with messages instead
 * of text.
 */
import { defined } from "../../domain/defined.js";
import { parentPort, workerData } from "node:worker_threads";
import type { JsonValue } from "../../domain/json/json.js";
import { callError } from "../calls/serve-calls.js";
import { callState } from "../calls/call-state.js";
import type { CodeFacts, LineAnswer, LineCall, Metric } from "./executor.js";
import { OpenRequests } from "./open-requests.js";
import { protocolVersion } from "./protocol.js";
import type { AggregateMessage, FromExecutor, Hello, RunMessage, ToExecutor } from "./protocol.js";
import { numberOf } from "./task-ids.js";
import { TaskOutput } from "./task-output.js";

/** The requests of a task. An abandoned task gets no answer: its promises never settle. */
export interface TaskRequests {
  readonly call: (call: LineCall) => Promise<LineAnswer>;
  readonly record: (key: string, value: JsonValue) => Promise<void>;
  readonly log: (text: string) => void;
}

export interface TaskResult {
  readonly value: JsonValue;
  readonly metrics?: readonly Metric[];
}

export interface LoadedLines {
  readonly facts: readonly CodeFacts[];
  /** Runs a task. A result that is not a promise costs no turn of the event loop. */
  readonly run: (task: RunMessage, requests: TaskRequests) => TaskResult | Promise<TaskResult>;
  readonly aggregate: (
    task: AggregateMessage,
    requests: TaskRequests,
  ) => TaskResult | Promise<TaskResult>;
}

/** Loads the code. If it throws, the greeting fails with the error's message. */
export type LoadLines<Settings> = (settings: Settings, hello: Hello) => Promise<LoadedLines>;

/** The data with which a thread of lines starts. */
export interface LineThreadData<Settings> {
  readonly settings: Settings;
  /** Buffer of `CallState`. */
  readonly buffer: SharedArrayBuffer;
}

/**
 * Maximum number of tasks whose code runs at once. Asynchronous work in the code, such as a
 * download, benefits from more tasks.
 */
const parallel = 32;
const beatEveryMs = 100;
/** Age in ms of messages that are sent before code that may take long. */
const tellAfterMs = 5;

/** Runs the program of a thread. Call it once. */
export function serveLines<Settings>(load: LoadLines<Settings>): void {
  // The data is ours: only `threadTransport` sets it.
  const { settings, buffer } = workerData as LineThreadData<Settings>;
  const server = new LineServer(buffer);
  parentPort?.on("message", (messages: readonly ToExecutor[]) => {
    for (const message of messages) {
      if (!("hello" in message)) server.hear(message);
      else void server.load(async () => load(settings, message.hello));
    }
  });
}

class LineServer {
  readonly #state: ReturnType<typeof callState>;
  /** Open requests by task. */
  readonly #open = new Map<string, OpenRequests>();
  /** Answers that have not been given to their tasks. They are given one after the other. */
  readonly #answers: (() => void)[] = [];
  readonly #output = new TaskOutput();
  #lines: LoadedLines | undefined;
  #told: FromExecutor[] = [];
  #toldAtMs = performance.now();

  constructor(buffer: SharedArrayBuffer) {
    this.#state = callState(buffer);
    setInterval(this.#state.beat, beatEveryMs).unref();
  }

  async load(load: () => Promise<LoadedLines>): Promise<void> {
    try {
      this.#lines = await load();
      const { facts } = this.#lines;
      this.#tell({ ready: { version: protocolVersion, facts, parallel } });
    } catch (error) {
      this.#tell({ refused: { message: callError(error).message } });
    }
  }

  hear(message: Exclude<ToExecutor, { readonly hello: Hello }>): void {
    if ("run" in message) this.#start(message.run, message);
    else if ("aggregate" in message) this.#start(message.aggregate, message);
    else if ("ping" in message) this.#tell({ pong: message.ping });
    else if ("abandon" in message) this.#abandon(message.abandon);
    else this.#hearAnswer(message);
  }

  #start(id: string, message: RunMessage | AggregateMessage): void {
    const requests = new OpenRequests(id, (asked) => this.#tell(asked));
    this.#open.set(id, requests);
    const print = (text: string): void => {
      requests.log(text);
      // The code may print its last words before it loops or ends the process.
      this.#tellAll();
    };
    this.#enter(id, () => {
      try {
        const result = this.#output.run(print, () => this.#perform(message, requests));
        if (result instanceof Promise) {
          result.then(
            (ended) => this.#done(id, ended),
            (error: unknown) => this.#failed(id, error),
          );
        } else this.#done(id, result);
      } catch (error) {
        this.#failed(id, error);
      }
    });
  }

  #perform(
    message: RunMessage | AggregateMessage,
    requests: TaskRequests,
  ): TaskResult | Promise<TaskResult> {
    if (!this.#lines) throw new Error("Expected a greeting before the first task.");
    if ("aggregate" in message) return this.#lines.aggregate(message, requests);
    return this.#lines.run(message, requests);
  }

  /**
   * Hears an answer. Each turn of the event loop gives one answer, so that the task whose code runs
   * is known.
   */
  #hearAnswer(message: Extract<ToExecutor, { readonly row: string }>): void {
    const { row } = message;
    this.#answers.push(() => {
      this.#state.enter(numberOf(row));
      this.#open.get(row)?.hear(message);
    });
    if (this.#answers.length === 1) setImmediate(this.#giveAnswer);
  }

  readonly #giveAnswer = (): void => {
    this.#state.leave();
    const give = this.#answers.shift();
    if (!give) return;
    this.#tellOld();
    give();
    // By then, the synchronous part of the task has ended.
    setImmediate(this.#giveAnswer);
  };

  #abandon(id: string): void {
    if (!this.#open.delete(id)) return;
    this.#tell({ row: id, failed: { type: "Abandoned", message: "The task was abandoned." } });
  }

  #enter(id: string, work: () => void): void {
    this.#tellOld();
    this.#state.enter(numberOf(id));
    work();
    this.#state.leave();
  }

  #done(id: string, { value, metrics }: TaskResult): void {
    if (!this.#open.delete(id)) return;
    this.#tell({ row: id, done: value, ...defined({ metrics }) });
  }

  #failed(id: string, error: unknown): void {
    if (!this.#open.delete(id)) return;
    const { name, message, stack } = callError(error);
    const type = isTyped(error) ? error.type : name;
    this.#tell({
      row: id,
      failed: { type, message, ...defined({ trace: stack }) },
    });
  }

  /**
   * Sends a message. Messages of the same moment go together, because one message each costs too
   * much.
   */
  #tell(message: FromExecutor): void {
    this.#told.push(message);
    if (this.#told.length === 1) setImmediate(this.#tellAll);
  }

  #tellOld(): void {
    if (performance.now() - this.#toldAtMs >= tellAfterMs) this.#tellAll();
  }

  readonly #tellAll = (): void => {
    if (this.#told.length > 0) parentPort?.postMessage(this.#told);
    this.#told = [];
    this.#toldAtMs = performance.now();
  };
}

function isTyped(error: unknown): error is { readonly type: string } {
  return error instanceof Error && "type" in error && typeof error.type === "string";
}
