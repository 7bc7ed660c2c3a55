import { computed } from "../../../domain/computed.js";
import type { DatedPlace, LinePlace } from "./open-chats.js";
import { isEarlier } from "./open-chats.js";

interface OpenRow {
  /** Places of the ended calls and recorded values, by number. */
  readonly ends: Map<number, DatedPlace>;
  /**
   * Numbers of the calls that were sent. All other ends are reused answers, recorded values and
   * refusals.
   */
  readonly sent: Set<number>;
  /** Number of failed attempts by the number of the call. */
  readonly failedAttempts: Map<number, number>;
}

/**
 * The journals of the rows without an outcome, by the numbers of their calls. The window limits the
 * number of these rows.
 */
export class OpenRows {
  readonly #rows = new Map<number, OpenRow>();

  /** @param isSent true if the call was sent in this run */
  noteEnd(position: number, call: number, place: DatedPlace & { readonly isSent: boolean }): void {
    const { ends, sent } = this.#rowAt(position);
    if (place.isSent) sent.add(call);
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

  /** Number of ended calls that were sent. */
  sentCallsOf(position: number): number {
    return this.#rows.get(position)?.sent.size ?? 0;
  }

  attemptsOf(position: number, call: number): number {
    return this.#rows.get(position)?.failedAttempts.get(call) ?? 0;
  }

  #rowAt(position: number): OpenRow {
    return computed(this.#rows, position, () => ({
      ends: new Map(),
      sent: new Set(),
      failedAttempts: new Map(),
    }));
  }
}
