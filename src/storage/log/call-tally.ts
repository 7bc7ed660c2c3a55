import type { EntryKind, LogEntry } from "./log-entry.js";

/** Numbers of a group's calls by their end. `sent` is the sum of all other numbers. */
export interface CallCounts {
  readonly sent: number;
  /** Number of calls with an answer. */
  readonly answered: number;
  /** Number of failed calls whose record was retried. */
  readonly retried: number;
  /** Number of calls that met a 429 or an outage, and were repeated. */
  readonly held: number;
  /** Number of last calls of failed records and rows. */
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
  /** Number of ended records by second. */
  readonly #ended = new Map<number, number>();
  #firstEndedMs = Infinity;

  /** @param isOfRows true for rows. The ends of their calls are logged separately. */
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

  /** Returns the number of records that ended in the time before `nowMs`, at most a minute. */
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
