/**
 * The counts of a process for each group of a limit: claimed slots, calls in flight, and slots for
 * records that no longer wait. They are lost with the process, which the limit detects by its
 * silence.
 */
import type { GroupAsk } from "../../src/domain/limit/lease-messages.js";
import { currentRatesOf } from "../../src/domain/rates/current-rates.js";
import type { CurrentRates } from "../../src/domain/rates/current-rates.js";
import { countSlots, instantsOf, splitSlots } from "../../src/domain/limit/slots.js";
import type { SlotRun } from "../../src/domain/limit/slots.js";
import { unknownTokens } from "../../src/domain/limit/token-pace.js";
import type { Clock } from "./clock-offset.js";

/** A request of a record, or of a wave of records, for slots of a limit. */
export interface Wish extends CurrentRates {
  /** The group's workflow id. */
  readonly group: string;
  readonly priority: number;
  /** Tokens that each call is expected to use, if tokens are limited. */
  readonly tokens?: number;
  /** True if the group has more records after these. */
  readonly more?: boolean;
  readonly wanted: number;
  /** True for a retry or a later turn. They take precedence over waves. */
  readonly urgent: boolean;
  /** Number of completed calls of the request's record. @default 0 */
  readonly done?: number;
  /** Number of known later calls of the request's record. @default 0 */
  readonly ahead?: number;
}

/** The part of a wish that its request tells about the group. */
export type AskedWish = Omit<Wish, "wanted" | "urgent">;

interface Entry {
  usedAtMs: number;
  claimed: number;
  lapsed: number;
  running: number;
  /** Tokens used in addition to those that the limit has counted. */
  settledTokens: number;
  /** Counts that the limit knows, as text. */
  reported: string;
  spare: readonly SlotRun[];
}

/** Time in ms after which the limit has forgotten a group. */
const forgetMs = 600_000;

export class GroupLedger {
  readonly #clock: Clock;
  readonly #toLocal: (limitMs: number) => number;
  readonly #groups = new Map<string, Entry>();

  /** @param toLocal converts a limit's time to this machine's clock */
  constructor(clock: Clock, toLocal: (limitMs: number) => number) {
    this.#clock = clock;
    this.#toLocal = toLocal;
  }

  /** Marks a slot as used now. The call counts as in flight until `end`. */
  claim(group: string): void {
    const entry = this.#of(group);
    entry.claimed += 1;
    entry.running += 1;
  }

  end(group: string): void {
    this.#of(group).running -= 1;
  }

  /** Notes slots that will not be used. */
  lapse(group: string, count: number): void {
    const entry = this.#of(group);
    entry.claimed += count;
    entry.lapsed += count;
  }

  /**
   * Notes tokens that calls have used in addition to those that the limit has counted; negative if
   * they used fewer.
   */
  settle(group: string, tokens: number): void {
    this.#of(group).settledTokens += tokens;
  }

  keepSpare(group: string, slots: readonly SlotRun[]): void {
    const entry = this.#of(group);
    entry.spare = [...entry.spare, ...slots];
  }

  /**
   * @param countTokens called with the difference to the tokens that spare slots were counted for
   */
  takeSpare(
    { group, wanted, tokens = unknownTokens }: Wish,
    countTokens: boolean,
  ): readonly SlotRun[] {
    const entry = this.#of(group);
    this.#lapsePast(group, entry);
    const [taken, rest] = splitSlots(entry.spare, wanted);
    entry.spare = rest;
    if (countTokens) entry.settledTokens += countSlots(taken) * tokens;
    return taken;
  }

  /** Returns the number of the group's calls in flight. */
  running(group: string): number {
    return this.#groups.get(group)?.running ?? 0;
  }

  isRunning(): boolean {
    return [...this.#groups.values()].some(({ running }) => running > 0);
  }

  /** True if a call is in flight or a slot can still be used. */
  isInUse(): boolean {
    for (const [group, entry] of this.#groups) this.#lapsePast(group, entry);
    return [...this.#groups.values()].some(({ running, spare }) => running > 0 || spare.length > 0);
  }

  hasNews(): boolean {
    return [...this.#groups.values()].some((entry) => reportOf(entry) !== entry.reported);
  }

  /** Makes a request for a wish, with the group's counts and no wanted slots. */
  askOf(wish: AskedWish): GroupAsk {
    const { group, priority, more } = wish;
    const { claimed, running, lapsed, settledTokens } = this.#of(group);
    return {
      group,
      ...currentRatesOf(wish),
      priority,
      ...(more === true && { more }),
      wanted: 0,
      claimed,
      running,
      ...(lapsed > 0 && { lapsed }),
      ...(settledTokens !== 0 && { settledTokens }),
    };
  }

  /**
   * Returns the groups whose counts the limit does not know yet. Groups without recent activity are
   * removed.
   *
   * @param waiting groups with waiting records
   */
  news(waiting: ReadonlySet<string>): GroupAsk[] {
    const news: GroupAsk[] = [];
    for (const [group, entry] of this.#groups) {
      this.#lapsePast(group, entry);
      if (!waiting.has(group) && this.#isForgotten(entry)) this.#groups.delete(group);
      else if (reportOf(entry) !== entry.reported) {
        news.push(this.askOf({ group, requestsPerMinute: 1, priority: 3 }));
      }
    }
    return news;
  }

  noteReported(ask: GroupAsk): void {
    this.#of(ask.group).reported = reportOf(ask);
  }

  #isForgotten({ running, spare, usedAtMs }: Entry): boolean {
    return running === 0 && spare.length === 0 && this.#clock.monotonic() - usedAtMs > forgetMs;
  }

  #lapsePast(group: string, entry: Entry): void {
    const nowMs = this.#clock.now();
    const past = [...instantsOf(entry.spare)].filter((at) => this.#toLocal(at) < nowMs);
    if (past.length === 0) return;
    entry.spare = splitSlots(entry.spare, past.length)[1];
    this.lapse(group, past.length);
  }

  #of(group: string): Entry {
    let entry = this.#groups.get(group);
    if (!entry) {
      const counts = { claimed: 0, lapsed: 0, running: 0, settledTokens: 0 };
      entry = { usedAtMs: 0, ...counts, reported: reportOf(counts), spare: [] };
      this.#groups.set(group, entry);
    }
    entry.usedAtMs = this.#clock.monotonic();
    return entry;
  }
}

/** Returns a report. Slots that lapse also count as claimed. */
function reportOf(counts: Pick<GroupAsk, "claimed" | "running" | "settledTokens">): string {
  const { claimed, running, settledTokens = 0 } = counts;
  return [claimed, running, settledTokens].join("/");
}
