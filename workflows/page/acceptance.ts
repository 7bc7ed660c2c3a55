import type { SliceResult, Wave } from "../../activities/contract.js";
import { defined } from "../../src/domain/defined.js";

/**
 * Counts the accepted rows of a group that wants an exact number of them. There are never more rows
 * in progress than rows missing, so that no row is accepted beyond the number.
 */
export class Acceptance {
  readonly #wanted: number | undefined;
  /**
   * Number of accepted rows. Unknown before the page's first lease, which finds it in the outcome
   * log.
   */
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

  /** Returns the number of rows that may start while this number of rows is in progress. */
  room(underWay: number): number {
    if (this.#wanted === undefined) return Infinity;
    return this.#wanted - (this.#accepted ?? 0) - underWay;
  }

  /**
   * Returns the number of wanted rows for a lease. A lease needs it until this page knows how many
   * rows are accepted.
   */
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
