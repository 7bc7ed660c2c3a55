import type { RecordResult } from "../sending/sending.js";

/**
 * The end of a walk that cannot continue now. The call that finds it out never answers, so no step
 * behind it runs, and the row walks again from its journal in a later attempt.
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
    // A walk that ends normally awaits it no longer.
    this.dropped.catch(() => undefined);
  }

  /** The other branches of a dropped walk must not continue: they wait for `never`. */
  get isDropped(): boolean {
    return this.#isDropped;
  }

  /** Never settles. Each call has a promise of its own, as in `drop`. */
  never(): Promise<never> {
    return new Promise<never>(() => undefined);
  }

  /**
   * Never settles. Each call has a promise of its own: one that all shared would keep every dropped
   * walk in memory.
   */
  drop(result: RecordResult): Promise<never> {
    this.#isDropped = true;
    this.#drop(result);
    return this.never();
  }

  /** Ends the walk by an error that no row caused. Never settles. */
  fail(error: unknown): Promise<never> {
    this.#isDropped = true;
    this.#reject(error);
    return this.never();
  }
}
