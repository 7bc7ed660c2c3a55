import { computed } from "../../../domain/computed.js";

/** Place of a line in the outcome log. */
export interface LinePlace {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** Place of a line, and the time at which its call ended. */
export interface DatedPlace extends LinePlace {
  readonly finishedAt: number;
}

/**
 * True if one of two lines about the same turn or record is earlier: by time, then by file name.
 */
export function isEarlier(
  a: Pick<DatedPlace, "file" | "finishedAt">,
  b: Pick<DatedPlace, "file" | "finishedAt">,
): boolean {
  return a.finishedAt === b.finishedAt ? a.file < b.file : a.finishedAt < b.finishedAt;
}

interface OpenChat {
  readonly turns: DatedPlace[];
  /** Number of failed attempts by turn, from the second turn on. */
  readonly failedAttempts: number[];
}

/**
 * The logged turns of chats without an outcome. There are few of these chats at any time, so plain
 * objects suffice.
 */
export class OpenChats {
  readonly #chats = new Map<number, OpenChat>();

  noteTurn(position: number, turn: number, place: DatedPlace): void {
    const { turns } = this.#chatAt(position);
    const current = turns[turn];
    if (!current || isEarlier(place, current)) turns[turn] = place;
  }

  /** @param turn the second turn or a later one */
  noteFailedAttempt(position: number, turn: number): void {
    const { failedAttempts } = this.#chatAt(position);
    failedAttempts[turn] = (failedAttempts[turn] ?? 0) + 1;
  }

  forget(position: number): void {
    this.#chats.delete(position);
  }

  /** Returns the turns in order, without a gap. */
  turnsOf(position: number): readonly LinePlace[] {
    const turns: readonly (DatedPlace | undefined)[] = this.#chats.get(position)?.turns ?? [];
    const gap = Array.from(turns).indexOf(undefined);
    return Array.from(turns)
      .slice(0, gap === -1 ? turns.length : gap)
      .filter((place) => place !== undefined);
  }

  /** Returns the failed attempts of a turn, or of all turns except the first. */
  attemptsOf(position: number, turn?: number): number {
    const failed = this.#chats.get(position)?.failedAttempts ?? [];
    return turn === undefined ? failed.reduce((sum, each) => sum + each, 0) : (failed[turn] ?? 0);
  }

  #chatAt(position: number): OpenChat {
    return computed(this.#chats, position, () => ({ turns: [], failedAttempts: [] }));
  }
}
