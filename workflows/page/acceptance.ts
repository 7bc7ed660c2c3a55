import type { SliceResult, Wave } from "../../activities/contract.js";
import { defined } from "../../src/domain/defined.js";

/**
 * Counts the accepted rows of a group that wants an exact number of them. Rows under way never
 * exceed the missing ones, so that no row is accepted beyond the number.
 */
export class Acceptance {
  readonly #wanted: number | undefined;
  /** Unknown before the page's first lease, which finds it in the outcome log. */
  #accepted: number | undefined;

  constructor(wanted: number | undefined) {
    this.#wanted = wanted;
  }

  get accepted(): number | undefined {
    return this.#accepted;
  }

  get isReached(): boolean {
    return this.room(0) <= 0;
  }

  /** The rows that may begin while so many are under way. */
  room(underWay: number): number {
    if (this.#wanted === undefined) return Infinity;
    return this.#wanted - (this.#accepted ?? 0) - underWay;
  }

  /** A lease needs the number as long as this page does not know how many rows are accepted. */
  wish(): { readonly rowsWanted?: number } {
    return this.#accepted === undefined ? defined({ rowsWanted: this.#wanted }) : {};
  }

  noteWave({ accepted }: Wave): void {
    this.#accepted ??= accepted;
  }

  noteSlice({ accepted = 0 }: SliceResult): void {
    if (this.#accepted !== undefined) this.#accepted += accepted;
  }
}
