import type { Counts } from "../domain/experiment.js";
import type { LogEntry } from "./log-entry.js";

/**
 * What is known of each record of a group, in typed arrays: 23 bytes a record, whatever the answers weigh.
 *
 * Of several outcomes of a record the first completed one counts (smallest finish time, then file name); a completed
 * one beats a failed one. So all processes that have read the same lines agree, in whichever order they read them.
 */
export type RecordStatus = "completed" | "failed";

/** Where a line lies in the outcome log. */
export interface LinePlace {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

interface TurnPlace extends LinePlace {
  readonly finishedAt: number;
}

/** Of a chat that has no outcome yet. */
interface OpenChat {
  readonly turns: TurnPlace[];
  readonly failedAttempts: number[];
}

const noStatus = 0;
const completed = 1;
const failed = 2;
const mostAttempts = 0xffff;
const lowRange = 2 ** 32;

export class OutcomeTable {
  private readonly status: Uint8Array;
  private readonly attempts: Uint16Array;
  private readonly file: Uint16Array;
  private readonly offsetLow: Uint32Array;
  private readonly offsetHigh: Uint16Array;
  private readonly length: Uint32Array;
  private readonly finishedAt: Float64Array;
  private readonly fileNames: string[] = [];
  private readonly fileNumbers = new Map<string, number>();
  private readonly chats = new Map<number, OpenChat>();
  private completedCount = 0;
  private failedCount = 0;
  private repeated = 0;

  constructor(records: number) {
    this.status = new Uint8Array(records);
    this.attempts = new Uint16Array(records);
    this.file = new Uint16Array(records);
    this.offsetLow = new Uint32Array(records);
    this.offsetHigh = new Uint16Array(records);
    this.length = new Uint32Array(records);
    this.finishedAt = new Float64Array(records);
  }

  /** Takes in a line of the log. Each line is to be noted once. */
  note(file: string, entry: LogEntry): void {
    const { position, kind } = entry;
    if (position >= this.status.length) return;
    switch (kind) {
      case "failed-attempt":
        this.noteFailedAttempt(entry);
        return;
      case "turn":
        this.noteTurn(file, entry);
        return;
      case "completed":
        if (this.status[position] === completed) this.repeated += 1;
        this.noteOutcome(file, entry, completed);
        return;
      case "failed":
        this.noteOutcome(file, entry, failed);
        return;
      case "refused":
        return;
    }
  }

  counts(): Counts {
    return { completed: this.completedCount, failed: this.failedCount };
  }

  /** Completed outcomes beyond the one that counts. */
  repeatedCalls(): number {
    return this.repeated;
  }

  statusOf(position: number): RecordStatus | undefined {
    const status = this.status[position];
    if (status === completed) return "completed";
    return status === failed ? "failed" : undefined;
  }

  /** Failed attempts of a record without an outcome: of one turn, or of all. */
  attemptsOf(position: number, turn?: number): number {
    if (turn === undefined) return this.attempts[position] ?? 0;
    return this.chats.get(position)?.failedAttempts[turn] ?? 0;
  }

  placeOf(position: number): LinePlace | undefined {
    if ((this.status[position] ?? noStatus) === noStatus) return undefined;
    const offset = (this.offsetHigh[position] ?? 0) * lowRange + (this.offsetLow[position] ?? 0);
    return { file: this.fileAt(position), offset, length: this.length[position] ?? 0 };
  }

  /** The logged turns of a chat without an outcome, in order and without a gap. */
  turnsOf(position: number): readonly LinePlace[] {
    const turns: readonly (TurnPlace | undefined)[] = this.chats.get(position)?.turns ?? [];
    const places: LinePlace[] = [];
    for (const place of turns) {
      if (!place) break;
      places.push(place);
    }
    return places;
  }

  private noteFailedAttempt({ position, turn }: LogEntry): void {
    this.attempts[position] = Math.min(mostAttempts, (this.attempts[position] ?? 0) + 1);
    if (turn === undefined || this.status[position] !== noStatus) return;
    const { failedAttempts } = this.chatAt(position);
    failedAttempts[turn] = (failedAttempts[turn] ?? 0) + 1;
  }

  private noteTurn(file: string, entry: LogEntry): void {
    const { position, turn = 0, offset, length, finishedAt } = entry;
    if (this.status[position] !== noStatus) return;
    const { turns } = this.chatAt(position);
    const current = turns[turn];
    const place = { file, offset, length, finishedAt };
    if (!current || isEarlier(place, current)) turns[turn] = place;
  }

  private noteOutcome(file: string, entry: LogEntry, status: number): void {
    const { position, offset, length, finishedAt } = entry;
    const before = this.status[position] ?? noStatus;
    if (before === completed && status === failed) return;
    const earlier = isEarlier(
      { file, finishedAt },
      { file: this.fileAt(position), finishedAt: this.finishedAt[position] ?? 0 },
    );
    if (before === status && !earlier) return;
    if (before !== status) this.count(before, status);
    this.chats.delete(position);
    this.status[position] = status;
    this.file[position] = this.numberOf(file);
    this.offsetLow[position] = offset % lowRange;
    this.offsetHigh[position] = Math.floor(offset / lowRange);
    this.length[position] = length;
    this.finishedAt[position] = finishedAt;
  }

  private count(before: number, status: number): void {
    if (before === failed) this.failedCount -= 1;
    if (status === completed) this.completedCount += 1;
    else this.failedCount += 1;
  }

  private chatAt(position: number): OpenChat {
    const known = this.chats.get(position);
    if (known) return known;
    const chat: OpenChat = { turns: [], failedAttempts: [] };
    this.chats.set(position, chat);
    return chat;
  }

  private fileAt(position: number): string {
    return this.fileNames[this.file[position] ?? 0] ?? "";
  }

  private numberOf(file: string): number {
    const known = this.fileNumbers.get(file);
    if (known !== undefined) return known;
    const number = this.fileNames.push(file) - 1;
    this.fileNumbers.set(file, number);
    return number;
  }
}

function isEarlier(
  a: { readonly file: string; readonly finishedAt: number },
  b: { readonly file: string; readonly finishedAt: number },
): boolean {
  return a.finishedAt === b.finishedAt ? a.file < b.file : a.finishedAt < b.finishedAt;
}
