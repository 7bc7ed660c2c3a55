/**
 * The program inside a thread of calls. It loads user code, performs calls concurrently, and
 * reports their results.
 */
import { longestTimerMs } from "../../domain/longest-timer.js";
import { defined } from "../../domain/defined.js";
import { parentPort, workerData } from "node:worker_threads";
import { timeLimitError, timeLimitMessage } from "./call-messages.js";
import type {
  CallEnd,
  CallError,
  CallThreadData,
  CallThreadMessage,
  ThreadCall,
} from "./call-messages.js";
import { callState } from "./call-state.js";

export interface LoadedCode<Facts, Task, Value> {
  readonly facts: Facts;
  /** Performs a call. A value that is not a promise costs no turn of the event loop. */
  readonly perform: (task: Task) => Value | Promise<Value>;
}

export type LoadCode<Settings, Facts, Task, Value> = (
  settings: Settings,
) => Promise<LoadedCode<Facts, Task, Value>>;

const beatEveryMs = 100;
/**
 * Maximum age in ms of results that are sent together, because one message per result costs too
 * much.
 */
const tellAfterMs = 5;

/** Runs the program of a thread. Call it once. */
export async function serveCalls<Settings, Facts, Task, Value>(
  load: LoadCode<Settings, Facts, Task, Value>,
): Promise<void> {
  // The data is ours: only `CallThread` sets it.
  const { settings, buffer } = workerData as CallThreadData<Settings>;
  const state = callState(buffer);
  const tell = (message: CallThreadMessage<Facts, Value>): void => parentPort?.postMessage(message);
  setInterval(state.beat, beatEveryMs).unref();
  const { facts, perform } = await load(settings);
  const ends = new Ends<Value>((told) => {
    tell({ kind: "ended", ends: told });
  });
  const start = (call: ThreadCall<Task>): void => {
    ends.tellOld();
    state.enter(call.id);
    try {
      const value = perform(call.task);
      if (value instanceof Promise) void endOf(call, value).then(ends.add);
      else ends.add({ id: call.id, value });
    } catch (error) {
      ends.add({ id: call.id, error: callError(error) });
    }
    state.leave();
  };
  parentPort?.on("message", (calls: readonly ThreadCall<Task>[]) => {
    calls.forEach(start);
  });
  tell({ kind: "loaded", facts });
}

async function endOf<Task, Value>(
  { id, limitMs }: ThreadCall<Task>,
  value: Promise<Value>,
): Promise<CallEnd<Value>> {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => {
        resolve({ id, error: { name: timeLimitError, message: timeLimitMessage(limitMs) } });
      },
      Math.min(limitMs, longestTimerMs),
    );
    const settle = (end: CallEnd<Value>): void => {
      clearTimeout(timer);
      resolve(end);
    };
    value.then(
      (given) => settle({ id, value: given }),
      (error: unknown) => settle({ id, error: callError(error) }),
    );
  });
}

export function callError(error: unknown): CallError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack } = error;
  return { name, message, ...defined({ stack }) };
}

class Ends<Value> {
  readonly #tell: (ends: readonly CallEnd<Value>[]) => void;
  #waiting: CallEnd<Value>[] = [];
  #toldAtMs = performance.now();
  #isScheduled = false;

  constructor(tell: (ends: readonly CallEnd<Value>[]) => void) {
    this.#tell = tell;
  }

  readonly add = (end: CallEnd<Value>): void => {
    this.#waiting.push(end);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#tellAll();
    });
  };

  /** Sends results before a call that may take long or break the thread. */
  tellOld(): void {
    if (performance.now() - this.#toldAtMs >= tellAfterMs) this.#tellAll();
  }

  #tellAll(): void {
    if (this.#waiting.length > 0) this.#tell(this.#waiting);
    this.#waiting = [];
    this.#toldAtMs = performance.now();
  }
}
