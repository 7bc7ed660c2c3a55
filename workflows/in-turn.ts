/**
 * Does work one by one, because two concurrent signals to one workflow may arrive in the wrong
 * order.
 */
export class InTurn {
  #last = Promise.resolve();

  /**
   * Resolves when this work is done. Not async: replays depend on the number of its microtasks.
   *
   * @param work never rejects, because all later work would reject too
   */
  do(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work);
    return this.#last;
  }
}
