import { currentRatesOf } from "../../src/domain/rates/current-rates.js";
import type { Sending } from "../sending/sending.js";

/**
 * The window. A row is in progress between `enter` and `leave`, and the limit of rows counts it.
 */
export class RowGate {
  readonly #sending: Sending;
  #hasSlot: boolean;
  #isIn = false;

  /** @param hasSlot true if the row's slice came with a slot for it */
  constructor(sending: Sending, hasSlot: boolean) {
    this.#sending = sending;
    this.#hasSlot = hasSlot;
  }

  async enter(): Promise<void> {
    const { leaser, context, signal } = this.#sending;
    const { groupId: group, priority } = context;
    if (!this.#hasSlot) {
      const wish = { group, ...currentRatesOf(context), priority, wanted: 1, urgent: true };
      await leaser.take(wish, signal);
      this.#hasSlot = true;
    }
    leaser.claim(group);
    this.#isIn = true;
  }

  leave(): void {
    const { leaser, context } = this.#sending;
    if (this.#isIn) leaser.end(context.groupId);
    else if (this.#hasSlot) leaser.lapse(context.groupId);
  }
}
