import { setImmediate as nextTurn } from "node:timers/promises";

/** Number of rows that start per turn. Each takes about 1.5 ms until its first call. */
const usuallyATurn = 20;

/**
 * Lets a few rows start in each turn of the event loop, in the order of their requests. After a
 * crash, hundreds of rows start together. Without this, no row would ask for a slot before all rows
 * have reached their first call.
 */
export class RowStarts {
  readonly #aTurn: number;
  #left: number;
  #turn: Promise<void> | undefined;

  constructor(aTurn = usuallyATurn) {
    this.#aTurn = aTurn;
    this.#left = aTurn;
  }

  async begin(): Promise<void> {
    while (this.#left === 0) await (this.#turn ??= this.#nextTurn());
    this.#left -= 1;
  }

  async #nextTurn(): Promise<void> {
    await nextTurn();
    this.#left = this.#aTurn;
    this.#turn = undefined;
  }
}
