import type { EntryKind, LogEntry } from "./log-entry.js";

/** The calls of a group by how they ended. `sent` is the sum of the others. */
export interface CallCounts {
  readonly sent: number;
  /** Calls with an answer. */
  readonly answered: number;
  /** Failed calls whose record was tried again. */
  readonly retried: number;
  /** Calls that met a 429 or an outage, and were made again. */
  readonly held: number;
  /** The last calls of failed records and rows. */
  readonly failed: number;
}

const ways: Partial<Record<EntryKind, Exclude<keyof CallCounts, "sent">>> = {
  "failed-attempt": "retried",
  held: "held",
  turn: "answered",
  call: "answered",
  completed: "answered",
  dropped: "answered",
  "failed-call": "failed",
  failed: "failed",
};

const outcomes: readonly EntryKind[] = ["completed", "dropped", "failed"];
const windowSeconds = 60;

/** Counts the ended calls of a group, and the records that ended within the last minute. */
export class CallTally {
  readonly #isOfRows: boolean;
  readonly #counts = { answered: 0, retried: 0, held: 0, failed: 0 };
  /** Ended records by second. */
  readonly #ended = new Map<number, number>();
  #firstEndedMs = Infinity;

  /** @param isOfRows true for rows, whose calls end apart from them */
  constructor(isOfRows: boolean) {
    this.#isOfRows = isOfRows;
  }

  note({ kind, attempt, finishedAt }: LogEntry, nowMs: number): void {
    const isEnd = outcomes.includes(kind);
    if (isEnd) this.#noteEnd(finishedAt, nowMs);
    const way = ways[kind];
    if (way !== undefined && attempt > 0 && !(isEnd && this.#isOfRows)) this.#counts[way] += 1;
  }

  counts(): CallCounts {
    const { answered, retried, held, failed } = this.#counts;
    return { sent: answered + retried + held + failed, ...this.#counts };
  }

  /** The records that ended within a time of at most a minute before `nowMs`. */
  recent(nowMs: number): { readonly ended: number; readonly windowMs: number } {
    const firstMs = Math.max(this.#firstEndedMs, nowMs - windowSeconds * 1_000);
    let ended = 0;
    for (const [second, count] of this.#ended) {
      if ((second + 1) * 1_000 > nowMs - windowSeconds * 1_000) ended += count;
      else this.#ended.delete(second);
    }
    return { ended, windowMs: Math.max(0, nowMs - firstMs) };
  }

  #noteEnd(finishedAt: number, nowMs: number): void {
    this.#firstEndedMs = Math.min(this.#firstEndedMs, finishedAt);
    if (nowMs - finishedAt > windowSeconds * 1_000) return;
    const second = Math.floor(finishedAt / 1_000);
    this.#ended.set(second, (this.#ended.get(second) ?? 0) + 1);
  }
}
