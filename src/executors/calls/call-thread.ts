import { Worker } from "node:worker_threads";
import { errorText } from "../../domain/failure/error-text.js";
import { timeLimitError, timeLimitMessage } from "./call-messages.js";
import type { CallError, CallThreadData, CallThreadMessage, ThreadCall } from "./call-messages.js";
import type { CallRunner, RunnerEvents } from "./call-runner.js";
import { callState } from "./call-state.js";

export interface CallThreadStart<Settings> {
  /** Path of the compiled module that calls `serveCalls`. */
  readonly program: string;
  readonly settings: Settings;
  readonly mostHeapMb: number;
}

/** Maximum number of calls in a thread. Calls of synchronous code wait there for their turn. */
const mostAtOnce = 64;
const lookEveryMs = 100;
/** Timeout for a thread to load the code, in ms. */
const loadLimitMs = 60_000;

/** A supervised thread of user code that performs several calls concurrently. */
export class CallThread<Settings, Facts, Task, Value> implements CallRunner<Task> {
  readonly inFlight = new Map<number, ThreadCall<Task>>();
  given = 0;
  isLoaded = false;
  readonly #worker: Worker;
  readonly #state = callState();
  readonly #events: RunnerEvents<Facts, Value>;
  readonly #mostHeapMb: number;
  readonly #watch: NodeJS.Timeout;
  #isOver = false;
  #progress = 0;
  #standingMs = 0;
  #lookedAtMs = performance.now();

  constructor(start: CallThreadStart<Settings>, events: RunnerEvents<Facts, Value>) {
    const { program, settings, mostHeapMb } = start;
    this.#events = events;
    this.#mostHeapMb = mostHeapMb;
    const workerData: CallThreadData<Settings> = { settings, buffer: this.#state.buffer };
    this.#worker = new Worker(program, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
      stdout: true,
    });
    // The product's stdout is for data, so the output of user code goes to stderr.
    this.#worker.stdout.pipe(process.stderr, { end: false });
    this.#worker
      .on("message", (message: CallThreadMessage<Facts, Value>) => {
        this.#hear(message);
      })
      .on("error", (error: unknown) => {
        this.#lose(this.#errorOf(error), isOutOfMemory(error));
      })
      .on("exit", () => {
        this.#lose({ name: "Exit", message: "It ended its thread." });
      });
    this.#watch = setInterval(() => {
      this.#look();
    }, lookEveryMs);
  }

  get room(): number {
    return mostAtOnce - this.inFlight.size;
  }

  send(calls: readonly ThreadCall<Task>[]): void {
    if (calls.length === 0) return;
    this.given += calls.length;
    for (const call of calls) this.inFlight.set(call.id, call);
    this.#worker.postMessage(calls);
  }

  async end(): Promise<void> {
    this.#isOver = true;
    clearInterval(this.#watch);
    await this.#worker.terminate();
  }

  #hear(message: CallThreadMessage<Facts, Value>): void {
    if (this.#isOver) return;
    if (message.kind === "loaded") {
      this.isLoaded = true;
      this.#events.onLoaded(message.facts);
      return;
    }
    for (const end of message.ends) {
      if (this.inFlight.delete(end.id)) this.#events.onEnd(end);
    }
  }

  #lose(error: CallError, isMemory = false): void {
    if (this.#isOver) return;
    const current = this.#state.current();
    void this.end();
    const isKnown = this.inFlight.has(current);
    this.#events.onLost({ error, current: isKnown ? current : undefined, isMemory });
  }

  #errorOf(error: unknown): CallError {
    const name = error instanceof Error ? error.name : "Error";
    const message = isOutOfMemory(error)
      ? `It used more memory than its limit of ${this.#mostHeapMb} MB.`
      : `It broke its thread: ${errorText(error)}`;
    return { name: isOutOfMemory(error) ? "MemoryLimit" : name, message };
  }

  /** Checks for a standstill. Time in which this process itself stood still does not count. */
  #look(): void {
    const nowMs = performance.now();
    const passedMs = Math.min(nowMs - this.#lookedAtMs, 2 * lookEveryMs);
    this.#lookedAtMs = nowMs;
    const progress = this.#state.progress();
    const isStanding = this.inFlight.size > 0 && progress === this.#progress;
    this.#progress = progress;
    this.#standingMs = isStanding || !this.isLoaded ? this.#standingMs + passedMs : 0;
    const limitMs = this.#limitMs();
    if (this.#standingMs <= limitMs) return;
    this.#lose({ name: timeLimitError, message: timeLimitMessage(limitMs) });
  }

  #limitMs(): number {
    if (!this.isLoaded) return loadLimitMs;
    const current = this.inFlight.get(this.#state.current());
    if (current) return current.limitMs;
    return Math.max(...[...this.inFlight.values()].map(({ limitMs }) => limitMs), 0);
  }
}

export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}
