/** Tasks of an executor, by their numbers. */
export interface WatchedTasks {
  /** Tasks whose code runs. */
  readonly running: readonly number[];
  /** Running tasks that have used up their time. */
  readonly over: readonly number[];
  /** Returns the task whose synchronous part runs, if known. */
  readonly current: () => number | undefined;
}

/** The stuck task, or the tasks one of which is stuck. */
export interface StuckVerdict {
  readonly guilty: number | undefined;
  readonly suspects?: readonly number[];
}

/** Time in ms for an executor to answer a ping. */
const pongMs = 500;

/**
 * Finds the stuck task among the tasks that are over their time. An executor that still answers a
 * ping is not blocked, so the task over its time is at fault. An executor that does not answer is
 * blocked by its current task, which may be a different task.
 */
export class StuckTasks {
  readonly #ping: (number: number) => void;
  #asked: { readonly number: number; readonly atMs: number; isAnswered: boolean } | undefined;
  #next = 0;

  constructor(ping: (number: number) => void) {
    this.#ping = ping;
  }

  hear(number: number): void {
    if (this.#asked?.number === number) this.#asked.isAnswered = true;
  }

  look(nowMs: number, { running, over, current }: WatchedTasks): StuckVerdict | undefined {
    const [first] = over;
    if (first === undefined) {
      this.#asked = undefined;
      return undefined;
    }
    if (running.length === 1) return { guilty: first };
    if (!this.#asked) {
      this.#asked = { number: this.#next, atMs: nowMs, isAnswered: false };
      this.#ping(this.#next);
      this.#next += 1;
      return undefined;
    }
    if (this.#asked.isAnswered) return { guilty: first };
    if (nowMs - this.#asked.atMs < pongMs) return undefined;
    const blocking = current();
    if (blocking === undefined) return { guilty: undefined, suspects: running };
    // A different task may be computing within its time while the task over its time waits for its
    // turn.
    return over.includes(blocking) ? { guilty: blocking } : undefined;
  }
}
