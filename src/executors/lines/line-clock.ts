/** Measures the time that the code of one task has used. Waiting for answers does not count. */
export class LineClock {
  /** Number of requests without an answer. */
  #open = 0;
  #ownMs = 0;
  #sinceMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  get isRunning(): boolean {
    return this.#open === 0;
  }

  ask(nowMs: number): void {
    this.#count(nowMs, Infinity);
    this.#open += 1;
  }

  answer(nowMs: number): void {
    this.#open -= 1;
    if (this.#open === 0) this.#sinceMs = nowMs;
  }

  /**
   * Returns the time used so far, in ms.
   *
   * @param mostMs maximum time that counts since the last look, because this process itself may
   *   have stood still
   */
  look(nowMs: number, mostMs: number): number {
    this.#count(nowMs, mostMs);
    return this.#ownMs;
  }

  #count(nowMs: number, mostMs: number): void {
    if (this.#open > 0) return;
    this.#ownMs += Math.min(nowMs - this.#sinceMs, mostMs);
    this.#sinceMs = nowMs;
  }
}
