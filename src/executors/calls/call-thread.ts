import { Worker } from "node:worker_threads";
import { errorText } from "../../domain/failure/error-text.js";
import { timeLimitError, timeLimitMessage } from "./call-messages.js";
import type {
  CallEnd,
  CallError,
  CallThreadData,
  CallThreadMessage,
  ThreadCall,
} from "./call-messages.js";
import { callState } from "./call-state.js";

export interface CallThreadStart<Settings> {
  /** Path of the compiled module that calls `serveCalls`. */
  readonly program: string;
  readonly settings: Settings;
  readonly mostHeapMb: number;
}

/** A thread that ended, or that is stuck. */
export interface ThreadLoss {
  readonly error: CallError;
  /** The call whose synchronous part ran. */
  readonly current: number | undefined;
  /** Earlier calls may have filled the memory. */
  readonly isMemory: boolean;
}

export interface CallThreadEvents<Facts, Value> {
  readonly onLoaded: (facts: Facts) => void;
  readonly onEnd: (end: CallEnd<Value>) => void;
  /** Called once; the thread is then unusable. */
  readonly onLost: (loss: ThreadLoss) => void;
}

const lookEveryMs = 100;
/** Timeout for a thread to load the code. */
const loadLimitMs = 60_000;

/** A supervised thread of user code, which performs several calls side by side. */
export class CallThread<Settings, Facts, Task, Value> {
  /** By id. */
  readonly inFlight = new Map<number, ThreadCall<Task>>();
  /** The number of calls that it was given. */
  given = 0;
  isLoaded = false;
  readonly #worker: Worker;
  readonly #state = callState();
  readonly #events: CallThreadEvents<Facts, Value>;
  readonly #mostHeapMb: number;
  readonly #watch: NodeJS.Timeout;
  #isOver = false;
  #progress = 0;
  #standingMs = 0;
  #lookedAtMs = performance.now();

  constructor(start: CallThreadStart<Settings>, events: CallThreadEvents<Facts, Value>) {
    const { program, settings, mostHeapMb } = start;
    this.#events = events;
    this.#mostHeapMb = mostHeapMb;
    const workerData: CallThreadData<Settings> = { settings, buffer: this.#state.buffer };
    this.#worker = new Worker(program, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
      stdout: true,
    });
    // stdout is for data, so the output of user code goes to stderr.
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

  /** Looks for a standstill. Time in which this process itself stood still does not count. */
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

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}
