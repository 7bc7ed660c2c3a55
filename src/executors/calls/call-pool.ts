import type { CallEnd, CallError, ThreadCall } from "./call-messages.js";
import { CallThread } from "./call-thread.js";
import type { CallThreadStart, ThreadLoss } from "./call-thread.js";

export interface CallPoolOptions<Settings> extends CallThreadStart<Settings> {
  readonly mostThreads: number;
}

/** Calls that a thread has at once. Those of synchronous code wait in it for their turn. */
const mostPerThread = 64;

/** A call that did not end well. */
export class CallFailed extends Error {
  override readonly name = "CallFailed";
  readonly error: CallError;

  constructor(error: CallError) {
    super(error.message);
    this.error = error;
  }
}

/** Loading the code broke its thread, so no call can be made. */
export class LoadFailed extends Error {
  override readonly name = "LoadFailed";
}

type Thread<Settings, Facts, Task, Value> = CallThread<Settings, Facts, Task, Value>;

interface PromiseEnds<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

/** A call that may be at fault for a lost thread. */
interface Suspect<Task> {
  readonly call: ThreadCall<Task>;
  /** Its next thread is a new one, whose memory no other call has used. */
  readonly needsNewThread: boolean;
}

/**
 * Calls of user code in supervised threads. A thread performs up to 64 calls side by side. One that loops, exhausts the
 * memory, ends or breaks is replaced: the call at fault fails, and the others are made again. Where the call at fault
 * is not known, each of those that were under way is made again alone. So a call may be made more than once.
 */
export class CallPool<Settings, Facts, Task, Value> {
  readonly #options: CallPoolOptions<Settings>;
  /** By id, until they end. */
  readonly #waiting = new Map<number, PromiseEnds<Value>>();
  #queue: ThreadCall<Task>[] = [];
  readonly #suspects: Suspect<Task>[] = [];
  readonly #factsWaiting: PromiseEnds<Facts>[] = [];
  readonly #threads = new Set<Thread<Settings, Facts, Task, Value>>();
  /** The thread of a suspect. It is none of the others, so that they go on. */
  #alone: Thread<Settings, Facts, Task, Value> | undefined;
  #nextId = 0;
  #isScheduled = false;
  #broken: Error | undefined;
  #facts: Facts | undefined;

  constructor(options: CallPoolOptions<Settings>) {
    this.#options = options;
  }

  /** Loads the code and returns the facts that its program reports. Rejects with a `LoadFailed`. */
  async facts(): Promise<Facts> {
    if (this.#facts !== undefined) return this.#facts;
    if (this.#broken) throw this.#broken;
    return new Promise((resolve, reject) => {
      this.#factsWaiting.push({ resolve, reject });
      if (this.#threads.size === 0) this.#start();
    });
  }

  /** Rejects with a `CallFailed`, or with a `LoadFailed`. */
  async run(task: Task, limitMs: number): Promise<Value> {
    if (this.#broken) throw this.#broken;
    return new Promise((resolve, reject) => {
      const call = { id: this.#nextId, limitMs, task };
      this.#nextId = (this.#nextId + 1) % 2 ** 30;
      this.#waiting.set(call.id, { resolve, reject });
      this.#queue.push(call);
      this.#schedule();
    });
  }

  /** Calls that have not ended are rejected. */
  async end(): Promise<void> {
    this.#break(new Error("The threads of user code were ended."));
    await Promise.all([...this.#threads].map(async (thread) => thread.end()));
    this.#threads.clear();
  }

  /** Calls of the same moment go to a thread in one message. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#give();
    });
  }

  #give(): void {
    if (this.#broken) return;
    this.#giveSuspect();
    const others = [...this.#threads].filter((thread) => thread !== this.#alone);
    for (const thread of others) this.#fill(thread);
    const isLoading = others.some(({ isLoaded }) => !isLoaded);
    if (this.#queue.length === 0 || isLoading) return;
    if (others.length < this.#options.mostThreads) this.#fill(this.#start());
  }

  #fill(thread: Thread<Settings, Facts, Task, Value>): void {
    thread.send(this.#queue.splice(0, mostPerThread - thread.inFlight.size));
  }

  #giveSuspect(): void {
    const [suspect] = this.#suspects;
    if (!suspect || (this.#alone && this.#alone.inFlight.size > 0)) return;
    if (this.#alone && suspect.needsNewThread) {
      this.#threads.delete(this.#alone);
      void this.#alone.end();
      this.#alone = undefined;
    }
    this.#alone ??= this.#start();
    this.#suspects.shift();
    this.#alone.send([suspect.call]);
  }

  #start(): Thread<Settings, Facts, Task, Value> {
    const thread: Thread<Settings, Facts, Task, Value> = new CallThread(this.#options, {
      onLoaded: (facts: Facts) => {
        this.#facts = facts;
        for (const { resolve } of this.#factsWaiting.splice(0)) resolve(facts);
        this.#schedule();
      },
      onEnd: (end: CallEnd<Value>) => {
        this.#settle(end);
        if (thread === this.#alone && this.#suspects.length === 0) this.#alone = undefined;
        if (this.#queue.length > 0 || this.#suspects.length > 0) this.#schedule();
      },
      onLost: (loss) => {
        this.#afterLoss(thread, loss);
      },
    });
    this.#threads.add(thread);
    return thread;
  }

  #afterLoss(thread: Thread<Settings, Facts, Task, Value>, loss: ThreadLoss): void {
    this.#threads.delete(thread);
    if (thread === this.#alone) this.#alone = undefined;
    if (!thread.isLoaded) {
      this.#break(new LoadFailed(loss.error.message));
      return;
    }
    const inFlight = [...thread.inFlight.values()];
    const [only] = inFlight.length === 1 ? inFlight : [];
    const known = inFlight.find(({ id }) => id === loss.current) ?? only;
    const others = inFlight.filter((call) => call !== known);
    const needsNewThread = loss.isMemory && thread.given > 1;
    const suspected = known ? (needsNewThread ? [known] : []) : others;
    this.#suspects.push(...suspected.map((call) => ({ call, needsNewThread })));
    if (known) this.#queue = [...others, ...this.#queue];
    if (known && !needsNewThread) this.#settle({ id: known.id, error: loss.error });
    this.#schedule();
  }

  #settle(end: CallEnd<Value>): void {
    const waiting = this.#waiting.get(end.id);
    this.#waiting.delete(end.id);
    if ("error" in end) waiting?.reject(new CallFailed(end.error));
    else waiting?.resolve(end.value);
  }

  #break(error: Error): void {
    this.#broken ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    for (const { reject } of this.#factsWaiting.splice(0)) reject(error);
    this.#waiting.clear();
    this.#queue = [];
  }
}
