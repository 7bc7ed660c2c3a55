import type { DatedPlace, LinePlace } from "./open-chats.js";
import { isEarlier } from "./open-chats.js";

interface OpenRow {
  /** Places of the ended calls and recorded values, by number. */
  readonly ends: Map<number, DatedPlace>;
  /** Failed attempts of the calls that have some, by number. */
  readonly failedAttempts: Map<number, number>;
}

/**
 * The journals of the rows without an outcome, by the numbers of their calls. There are as many
 * rows at any time as the window admits.
 */
export class OpenRows {
  readonly #rows = new Map<number, OpenRow>();

  noteEnd(position: number, call: number, place: DatedPlace): void {
    const { ends } = this.#rowAt(position);
    const current = ends.get(call);
    if (!current || isEarlier(place, current)) ends.set(call, place);
  }

  noteFailedAttempt(position: number, call: number): void {
    const { failedAttempts } = this.#rowAt(position);
    failedAttempts.set(call, (failedAttempts.get(call) ?? 0) + 1);
  }

  forget(position: number): void {
    this.#rows.delete(position);
  }

  endOf(position: number, call: number): LinePlace | undefined {
    return this.#rows.get(position)?.ends.get(call);
  }

  /** Number of ended calls and recorded values. */
  countOf(position: number): number {
    return this.#rows.get(position)?.ends.size ?? 0;
  }

  attemptsOf(position: number, call: number): number {
    return this.#rows.get(position)?.failedAttempts.get(call) ?? 0;
  }

  #rowAt(position: number): OpenRow {
    const known = this.#rows.get(position);
    if (known) return known;
    const row: OpenRow = { ends: new Map(), failedAttempts: new Map() };
    this.#rows.set(position, row);
    return row;
  }
}
