/** Which records of one wave a 429 or an outage of their API holds back. */
import { horizonMs } from "../../src/domain/limit/state.js";
import type { OpenRun } from "../open-runs.js";
import type { Leaser } from "./leaser.js";

export class WaveHolds {
  readonly #run: OpenRun;
  readonly #leaser: Leaser;
  /** By `<api>/<model>`: how many more of its calls the wave may have. */
  readonly #left = new Map<string, number>();

  constructor(run: OpenRun, leaser: Leaser) {
    this.#run = run;
    this.#leaser = leaser;
  }

  /** True if one more call to the target may go in this wave, which it is then counted for. */
  letsGo(target: string): boolean {
    const left = this.#left.get(target) ?? this.#callsOf(target);
    if (left > 0) this.#left.set(target, left - 1);
    return left > 0;
  }

  /** When calls to a held target may go again, in this machine's time. */
  until(target: string): number {
    return Math.max(this.#run.models.heldUntil(target), this.#leaser.apis.heldUntil(target));
  }

  #callsOf(target: string): number {
    if (this.until(target) > Date.now()) return 0;
    return this.#leaser.apis.callsWithin(horizonMs, target);
  }
}
