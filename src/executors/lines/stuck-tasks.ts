/** Tasks of an executor, by their numbers. */
export interface WatchedTasks {
  /** Those whose code runs. */
  readonly running: readonly number[];
  /** Those of them that have used up their time. */
  readonly over: readonly number[];
  /** The task whose synchronous part runs, where that is known. */
  readonly current: () => number | undefined;
}

/** The task that is stuck, or the tasks of which one is. */
export interface StuckVerdict {
  readonly guilty: number | undefined;
  readonly suspects?: readonly number[];
}

/** Time for an executor to answer. */
const pongMs = 500;

/**
 * Finds the task that is stuck among those over their time. An executor that still answers a ping
 * is not blocked: the task over its time is at fault. One that does not is blocked by its current
 * task, which may be another.
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
    // Another task may compute rightfully while the one over its time waits for its turn.
    return over.includes(blocking) ? { guilty: blocking } : undefined;
  }
}
