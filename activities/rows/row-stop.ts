import type { RecordResult } from "../sending/sending.js";

/**
 * The end of a walk that cannot continue now. The call that detects this never gets an answer, so
 * no step after it runs. The row walks again from its journal in a later attempt.
 */
export class RowStop {
  /** Resolves with the row's result once the walk is stopped. */
  readonly stopped: Promise<RecordResult>;
  #stop: (result: RecordResult) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #isStopped = false;

  constructor() {
    this.stopped = new Promise((resolve, reject) => {
      this.#stop = resolve;
      this.#reject = reject;
    });
    // Nobody awaits this promise after a walk that ended normally.
    this.stopped.catch(() => undefined);
  }

  /** True if the walk is stopped. Its other branches must not continue: they wait for `never`. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Never settles. Each call has its own promise, as in `stop`. */
  never(): Promise<never> {
    return new Promise<never>(() => undefined);
  }

  /**
   * Stops the walk. Never settles. Each call has its own promise, because a shared promise would
   * keep every stopped walk in memory.
   */
  stop(result: RecordResult): Promise<never> {
    this.#isStopped = true;
    this.#stop(result);
    return this.never();
  }

  /** Ends the walk with an error that no row caused. Never settles. */
  fail(error: unknown): Promise<never> {
    this.#isStopped = true;
    this.#reject(error);
    return this.never();
  }
}
