import type { CallEnd, CallError, ThreadCall } from "./call-messages.js";
import type { CallRunner, RunnerEvents, RunnerLoss } from "./call-runner.js";

export interface CallPoolOptions<Facts, Task, Value> {
  readonly start: (events: RunnerEvents<Facts, Value>) => CallRunner<Task>;
  /** Maximum number of runners. */
  readonly most: number;
  /**
   * If true, each runner gets its share of the calls. If false, a runner is filled before another
   * is started. @default false
   */
  readonly isSpread?: boolean;
}

/** A call that failed. */
export class CallFailed extends Error {
  override readonly name = "CallFailed";
  readonly error: CallError;

  constructor(error: CallError) {
    super(error.message);
    this.error = error;
  }
}

/** The runner was lost while it loaded the code, so no call can be made. */
export class LoadFailed extends Error {
  override readonly name = "LoadFailed";
}

interface PromiseEnds<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/** A call that may have caused the loss of a runner. */
interface Suspect<Task> {
  readonly call: ThreadCall<Task>;
  /** True if its next runner must be a new one, whose memory no other call has used. */
  readonly needsNewRunner: boolean;
}

/** Number of lost runners after which a call is repeated alone. */
const mostLosses = 3;

/**
 * Calls of user code in supervised runners, each of which performs several calls concurrently. A
 * runner is replaced if a call blocks it, exhausts its memory or ends it. The call at fault fails,
 * and all other calls are repeated. If the call at fault is not known, each suspect is repeated
 * alone. So a call may be made more than once.
 */
export class CallPool<Facts, Task, Value> {
  readonly #options: CallPoolOptions<Facts, Task, Value>;
  /** Waiting calls by id. */
  readonly #waiting = new Map<number, PromiseEnds<Value>>();
  #queue: ThreadCall<Task>[] = [];
  #suspects: Suspect<Task>[] = [];
  /** Number of lost runners, by the id of a call that ran on them. */
  readonly #losses = new Map<number, number>();
  readonly #factsWaiting: PromiseEnds<Facts>[] = [];
  readonly #runners = new Set<CallRunner<Task>>();
  /** Runner of a suspect. It is separate, so that all other calls can continue. */
  #alone: CallRunner<Task> | undefined;
  #nextId = 0;
  #isScheduled = false;
  #broken: Error | undefined;
  #facts: Facts | undefined;

  constructor(options: CallPoolOptions<Facts, Task, Value>) {
    this.#options = options;
  }

  /** Loads the code and returns the facts that its program reports. Rejects with a `LoadFailed`. */
  async facts(): Promise<Facts> {
    if (this.#facts !== undefined) return this.#facts;
    if (this.#broken) throw this.#broken;
    return new Promise((resolve, reject) => {
      this.#factsWaiting.push({ resolve, reject });
      if (this.#runners.size === 0) this.#start();
    });
  }

  /**
   * Runs a call. Rejects with a `CallFailed`, with a `LoadFailed`, or with the reason of the
   * signal.
   */
  async run(task: Task, limitMs: number, signal?: AbortSignal): Promise<Value> {
    if (this.#broken) throw this.#broken;
    signal?.throwIfAborted();
    const id = this.#nextId;
    this.#nextId = (this.#nextId + 1) % 2 ** 30;
    const abandon = (): void => this.#abandon(id, signal?.reason);
    signal?.addEventListener("abort", abandon, { once: true });
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        this.#queue.push({ id, limitMs, task });
        this.#schedule();
      });
    } finally {
      signal?.removeEventListener("abort", abandon);
    }
  }

  /** Ends all runners. Rejects the calls that have not ended. */
  async end(): Promise<void> {
    this.#break(new Error("The threads of user code were ended."));
    await Promise.all([...this.#runners].map(async (runner) => runner.end()));
    this.#runners.clear();
  }

  #abandon(id: number, reason: unknown): void {
    const waiting = this.#waiting.get(id);
    this.#forget(id);
    this.#queue = this.#queue.filter((call) => call.id !== id);
    this.#suspects = this.#suspects.filter(({ call }) => call.id !== id);
    for (const runner of this.#runners) if (runner.inFlight.has(id)) runner.abandon?.(id);
    waiting?.reject(reason);
  }

  /** Sends calls. Calls made at the same moment go to a runner in one message. */
  readonly #schedule = (): void => {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#give();
    });
  };

  #give(): void {
    if (this.#broken) return;
    this.#giveSuspect();
    const others = [...this.#runners].filter((runner) => runner !== this.#alone);
    if (this.#options.isSpread === true) {
      this.#spread(others);
      return;
    }
    for (const runner of others) this.#fill(runner);
    const isLoading = others.some(({ isLoaded }) => !isLoaded);
    if (this.#queue.length === 0 || isLoading) return;
    if (others.length < this.#options.most) this.#fill(this.#start());
  }

  /** Gives each runner its share, and starts as many runners as there are calls. */
  #spread(others: CallRunner<Task>[]): void {
    const inFlight = others.reduce((sum, runner) => sum + runner.inFlight.size, 0);
    const all = inFlight + this.#queue.length;
    const wanted = this.#queue.length === 0 ? 0 : Math.min(this.#options.most, all);
    while (others.length < wanted) others.push(this.#start());
    const share = Math.ceil(all / Math.max(1, others.length));
    for (const runner of others) this.#fill(runner, share - runner.inFlight.size);
    for (const runner of others) this.#fill(runner);
  }

  #fill(runner: CallRunner<Task>, most = Infinity): void {
    const count = Math.max(0, Math.min(runner.room, most));
    if (count > 0 && this.#queue.length > 0) runner.send(this.#queue.splice(0, count));
  }

  #giveSuspect(): void {
    const [suspect] = this.#suspects;
    if (!suspect || (this.#alone && this.#alone.inFlight.size > 0)) return;
    if (this.#alone && suspect.needsNewRunner && this.#alone.given > 0) {
      this.#runners.delete(this.#alone);
      void this.#alone.end();
      this.#alone = undefined;
    }
    this.#alone ??= this.#start();
    if (this.#alone.room === 0) return;
    this.#suspects.shift();
    this.#alone.send([suspect.call]);
  }

  #start(): CallRunner<Task> {
    const runner: CallRunner<Task> = this.#options.start({
      onLoaded: (facts: Facts) => {
        this.#facts = facts;
        for (const { resolve } of this.#factsWaiting.splice(0)) resolve(facts);
        this.#schedule();
      },
      onEnd: (end: CallEnd<Value>) => {
        this.#settle(end);
        if (runner === this.#alone && this.#suspects.length === 0) this.#alone = undefined;
        this.#scheduleWaiting();
      },
      onRoom: () => {
        this.#scheduleWaiting();
      },
      onLost: (loss) => {
        this.#afterLoss(runner, loss);
      },
    });
    this.#runners.add(runner);
    return runner;
  }

  #scheduleWaiting(): void {
    if (this.#queue.length > 0 || this.#suspects.length > 0) this.#schedule();
  }

  #afterLoss(runner: CallRunner<Task>, loss: RunnerLoss): void {
    this.#runners.delete(runner);
    if (runner === this.#alone) this.#alone = undefined;
    if (!runner.isLoaded) {
      this.#break(new LoadFailed(loss.error.message));
      return;
    }
    const inFlight = [...runner.inFlight.values()];
    const known = knownOf(inFlight, loss);
    const needsNewRunner = loss.isMemory && runner.given > 1;
    if (known && !needsNewRunner) this.#settle({ id: known.id, error: loss.error });
    const suspected = known ? (needsNewRunner ? [known] : []) : this.#suspectsOf(inFlight, loss);
    this.#suspects.push(...suspected.map((call) => ({ call, needsNewRunner })));
    const others = inFlight.filter((call) => call !== known && !suspected.includes(call));
    this.#queue = [...others, ...this.#queue];
    this.#schedule();
  }

  #suspectsOf(
    inFlight: readonly ThreadCall<Task>[],
    { suspects }: RunnerLoss,
  ): readonly ThreadCall<Task>[] {
    return inFlight.filter(({ id }) => {
      const losses = (this.#losses.get(id) ?? 0) + 1;
      this.#losses.set(id, losses);
      return losses >= mostLosses || !suspects || suspects.includes(id);
    });
  }

  #settle(end: CallEnd<Value>): void {
    const waiting = this.#waiting.get(end.id);
    this.#forget(end.id);
    if ("error" in end) waiting?.reject(new CallFailed(end.error));
    else waiting?.resolve(end.value);
  }

  #forget(id: number): void {
    this.#waiting.delete(id);
    this.#losses.delete(id);
  }

  #break(error: Error): void {
    this.#broken ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    for (const { reject } of this.#factsWaiting.splice(0)) reject(error);
    this.#waiting.clear();
    this.#queue = [];
  }
}

/**
 * Returns the call at fault for a loss. A single call in flight is at fault, unless something else
 * may be: for example a call that was abandoned while its code ran.
 */
function knownOf<Task>(
  inFlight: readonly ThreadCall<Task>[],
  { current, isUnsure = false }: RunnerLoss,
): ThreadCall<Task> | undefined {
  const known = inFlight.find(({ id }) => id === current);
  if (known || isUnsure || current !== undefined || inFlight.length > 1) return known;
  return inFlight[0];
}
