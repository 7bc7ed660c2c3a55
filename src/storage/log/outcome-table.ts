import type { Counts } from "../../domain/experiment/experiment.js";
import { firstKeyNumber } from "../../domain/journal/call-key.js";
import { SpendingTally } from "../../domain/money/spending.js";
import type { Spending } from "../../domain/money/spending.js";
import type { EntryKind, LogEntry } from "./log-entry.js";
import type { DatedPlace, LinePlace } from "./open/open-chats.js";
import { isEarlier, OpenChats } from "./open/open-chats.js";
import { OpenRows } from "./open/open-rows.js";
import { OpenStarts } from "./open/open-starts.js";

/**
 * Status of a record. The table has the facts about each record of a group in typed arrays: 23
 * bytes per record, for any size of answers.
 *
 * If a record has several outcomes, the first completed one counts (smallest finish time, then file
 * name), and a completed one overrides a failed one. Processes that have read the same lines, in
 * any order, therefore agree.
 */
export type RecordStatus = "completed" | "failed";

/** Kinds of lines that end a call. */
type EndKind = Exclude<EntryKind, "started" | "refused">;

const noStatus = 0;
const completed = 1;
const failed = 2;
/** Number of the status of a completed row that reached no leaf. */
const dropped = 3;
const mostAttempts = 0xffff;
const lowRange = 2 ** 32;

export class OutcomeTable {
  readonly #status: Uint8Array;
  readonly #attempts: Uint16Array;
  readonly #file: Uint16Array;
  readonly #offsetLow: Uint32Array;
  readonly #offsetHigh: Uint16Array;
  readonly #length: Uint32Array;
  readonly #finishedAt: Float64Array;
  /** File names by the numbers in `file`. */
  readonly #fileNames: string[] = [];
  readonly #chats = new OpenChats();
  readonly #rows = new OpenRows();
  readonly #starts = new OpenStarts();
  /** Held calls by position. There are few at any time, because a slowed limit sends few. */
  readonly #held = new Map<number, number>();
  readonly #spending = new SpendingTally();
  #allHeld = 0;
  #completedCount = 0;
  #failedCount = 0;
  #droppedCount = 0;
  #repeated = 0;

  constructor(records: number) {
    this.#status = new Uint8Array(records);
    this.#attempts = new Uint16Array(records);
    this.#file = new Uint16Array(records);
    this.#offsetLow = new Uint32Array(records);
    this.#offsetHigh = new Uint16Array(records);
    this.#length = new Uint32Array(records);
    this.#finishedAt = new Float64Array(records);
  }

  /** Adds a line of the log. Note each line only once. */
  note(file: string, entry: LogEntry): void {
    const { position, kind, call = 0 } = entry;
    if (position >= this.#status.length) return;
    if (entry.spend) this.#spending.add(entry.spend);
    if (kind === "started") {
      if (this.#status[position] === noStatus) this.#starts.noteStart(file, position, call);
    } else if (kind === "refused") {
      this.#starts.forget(position, file);
    } else {
      this.#noteEnd(file, entry, kind);
      this.#starts.noteEnd(file, position, call);
    }
  }

  #noteEnd(file: string, entry: LogEntry, kind: EndKind): void {
    const { position, call = 0 } = entry;
    switch (kind) {
      case "failed-attempt":
        this.#noteFailedAttempt(position, call);
        return;
      case "held":
        this.#allHeld += 1;
        this.#noteHeld(position);
        return;
      case "turn":
        this.#noteTurn(position, call, placeOfEntry(file, entry));
        return;
      case "call":
      case "failed-call":
      case "step":
        this.#noteJournal(file, entry, call);
        return;
      case "completed":
      case "dropped":
        this.#noteCompleted(file, entry);
        return;
      case "failed":
        this.#noteOutcome(file, entry, failed);
        return;
    }
  }

  #noteCompleted(file: string, entry: LogEntry): void {
    if (isCompleted(this.#status[entry.position])) this.#repeated += 1;
    this.#noteOutcome(file, entry, entry.kind === "dropped" ? dropped : completed);
  }

  /** Returns the number of processes in which a call has started and not ended. */
  openStartsOf(position: number, call: number): number {
    return this.#starts.countOf(position, call);
  }

  counts(): Counts {
    return { completed: this.#completedCount, failed: this.#failedCount };
  }

  /**
   * Returns the spending on all calls, including repeated calls and calls that are not needed
   * anymore.
   */
  spending(): Spending {
    return this.#spending.sums();
  }

  /** Returns the number of rows that reached a leaf. */
  accepted(): number {
    return this.#completedCount - this.#droppedCount;
  }

  /** True for a row that reached a leaf. */
  isAccepted(position: number): boolean {
    return this.#status[position] === completed;
  }

  /** Returns the number of completed outcomes in addition to those that count. */
  repeatedCalls(): number {
    return this.#repeated;
  }

  statusOf(position: number): RecordStatus | undefined {
    const status = this.#status[position];
    if (isCompleted(status)) return "completed";
    return status === failed ? "failed" : undefined;
  }

  /**
   * Returns the failed attempts of a record, or of one of its calls if it has no outcome. The only
   * call of a prompt that is neither a chat nor a row has number 0.
   */
  attemptsOf(position: number, call?: number): number {
    const all = this.#attempts[position] ?? 0;
    if (call === undefined) return all;
    if (call >= firstKeyNumber) return this.#rows.attemptsOf(position, call);
    return call === 0
      ? all - this.#chats.attemptsOf(position)
      : this.#chats.attemptsOf(position, call);
  }

  /**
   * Returns the number of calls of a record without an outcome that do not count as attempts,
   * because the API answered 429 or was down.
   */
  heldCalls(position: number): number {
    return this.#held.get(position) ?? 0;
  }

  /** Returns the number of held calls of all records, including ended records. */
  allHeldCalls(): number {
    return this.#allHeld;
  }

  /** Returns the place of the outcome that counts. */
  placeOf(position: number): LinePlace | undefined {
    if ((this.#status[position] ?? noStatus) === noStatus) return undefined;
    const offset = (this.#offsetHigh[position] ?? 0) * lowRange + (this.#offsetLow[position] ?? 0);
    return { file: this.#fileOf(position), offset, length: this.#length[position] ?? 0 };
  }

  /**
   * Returns the places of the logged turns of a chat without an outcome, in order, without a gap.
   */
  turnsOf(position: number): readonly LinePlace[] {
    return this.#chats.turnsOf(position);
  }

  /** Returns the place of an ended call or a recorded value of a row without an outcome. */
  journalPlaceOf(position: number, call: number): LinePlace | undefined {
    return this.#rows.endOf(position, call);
  }

  /**
   * Returns the number of calls that were sent and have ended for a record without an outcome:
   * turns of a chat, or calls of a row.
   */
  endedCallsOf(position: number): number {
    return this.turnsOf(position).length + this.#rows.sentCallsOf(position);
  }

  #noteFailedAttempt(position: number, call: number): void {
    this.#attempts[position] = Math.min(mostAttempts, (this.#attempts[position] ?? 0) + 1);
    if (call === 0 || this.#status[position] !== noStatus) return;
    if (call >= firstKeyNumber) this.#rows.noteFailedAttempt(position, call);
    else this.#chats.noteFailedAttempt(position, call);
  }

  #noteJournal(file: string, entry: LogEntry, call: number): void {
    const { position, attempt } = entry;
    if (this.#status[position] !== noStatus) return;
    this.#rows.noteEnd(position, call, { ...placeOfEntry(file, entry), isSent: attempt > 0 });
  }

  #noteHeld(position: number): void {
    if (this.#status[position] !== noStatus) return;
    this.#held.set(position, this.heldCalls(position) + 1);
  }

  #noteTurn(position: number, turn: number, place: DatedPlace): void {
    if (this.#status[position] === noStatus) this.#chats.noteTurn(position, turn, place);
  }

  #noteOutcome(file: string, entry: LogEntry, status: number): void {
    const { position, offset, length, finishedAt } = entry;
    const before = this.#status[position] ?? noStatus;
    if (isCompleted(before) && status === failed) return;
    const noted = { file: this.#fileOf(position), finishedAt: this.#finishedAt[position] ?? 0 };
    const isSame = before === status || (isCompleted(before) && isCompleted(status));
    if (isSame && !isEarlier({ file, finishedAt }, noted)) return;
    this.#count(before, -1);
    this.#count(status, 1);
    this.#chats.forget(position);
    this.#rows.forget(position);
    this.#starts.forget(position);
    this.#held.delete(position);
    this.#status[position] = status;
    this.#file[position] = this.#numberOf(file);
    this.#offsetLow[position] = offset % lowRange;
    this.#offsetHigh[position] = Math.floor(offset / lowRange);
    this.#length[position] = length;
    this.#finishedAt[position] = finishedAt;
  }

  #count(status: number, by: 1 | -1): void {
    if (isCompleted(status)) this.#completedCount += by;
    if (status === failed) this.#failedCount += by;
    if (status === dropped) this.#droppedCount += by;
  }

  #fileOf(position: number): string {
    return this.#fileNames[this.#file[position] ?? 0] ?? "";
  }

  #numberOf(file: string): number {
    // Consecutive lines usually come from the same file.
    const known = this.#fileNames.lastIndexOf(file);
    return known === -1 ? this.#fileNames.push(file) - 1 : known;
  }
}

function isCompleted(status: number | undefined): boolean {
  return status === completed || status === dropped;
}

function placeOfEntry(file: string, { offset, length, finishedAt }: LogEntry): DatedPlace {
  return { file, offset, length, finishedAt };
}
