/** Decides which records of one wave are delayed by a 429 or an outage of their API. */
import { horizonMs } from "../../src/domain/limit/state.js";
import type { Leaser } from "./leaser.js";

export class WaveHolds {
  readonly #leaser: Leaser;
  /** Number of calls that the wave may still contain, by `<api>/<model>`. */
  readonly #left = new Map<string, number>();

  constructor(leaser: Leaser) {
    this.#leaser = leaser;
  }

  /** True if one more call to the target is allowed in this wave. Counts the call. */
  letsGo(target: string): boolean {
    const left = this.#left.get(target) ?? this.#callsOf(target);
    if (left > 0) this.#left.set(target, left - 1);
    return left > 0;
  }

  /** Returns the time at which a delayed target may be called again, on this machine's clock. */
  until(target: string): number {
    return this.#leaser.apis.heldUntil(target);
  }

  #callsOf(target: string): number {
    if (this.until(target) > Date.now()) return 0;
    return this.#leaser.apis.callsWithin(horizonMs, target);
  }
}
