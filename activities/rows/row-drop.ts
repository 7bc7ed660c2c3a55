import type { RecordResult } from "../sending/sending.js";

/**
 * The end of a walk that cannot continue now. The call that detects this never gets an answer, so
 * no step after it runs. The row walks again from its journal in a later attempt.
 */
export class RowDrop {
  /** Resolves with the row's result once the walk is dropped. */
  readonly dropped: Promise<RecordResult>;
  #drop: (result: RecordResult) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #isDropped = false;

  constructor() {
    this.dropped = new Promise((resolve, reject) => {
      this.#drop = resolve;
      this.#reject = reject;
    });
    // Nobody awaits this promise after a walk that ended normally.
    this.dropped.catch(() => undefined);
  }

  /** True if the walk is dropped. Its other branches must not continue: they wait for `never`. */
  get isDropped(): boolean {
    return this.#isDropped;
  }

  /** Never settles. Each call has its own promise, as in `drop`. */
  never(): Promise<never> {
    return new Promise<never>(() => undefined);
  }

  /**
   * Drops the walk. Never settles. Each call has its own promise, because a shared promise would
   * keep every dropped walk in memory.
   */
  drop(result: RecordResult): Promise<never> {
    this.#isDropped = true;
    this.#drop(result);
    return this.never();
  }

  /** Ends the walk with an error that no row caused. Never settles. */
  fail(error: unknown): Promise<never> {
    this.#isDropped = true;
    this.#reject(error);
    return this.never();
  }
}
