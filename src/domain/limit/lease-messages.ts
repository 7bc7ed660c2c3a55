import type { CurrentRates } from "../rates/current-rates.js";
import type { GroupRates } from "../rates/rates.js";
import type { CallReport } from "./call-reports.js";
import type { SlotRun } from "./slots.js";

/** What one group of a process wants of a limit, and what it is doing there. */
export interface GroupAsk extends CurrentRates {
  /** The group's workflow id. */
  readonly group: string;
  /** 1 is first, 5 is last. */
  readonly priority: number;
  /** Only calls of open records wait: their rates are those of their start, and count only if they were changed more often. */
  readonly retriesOnly?: boolean;
  /** Slots that records of this process wait for; 0 for a mere report. */
  readonly wanted: number;
  /** Slots that this process has claimed (or let lapse) since it started: only ever grows, so that a repeated report counts once. */
  readonly claimed: number;
  /** Of these, the ones that lapsed; absent where none did. Only ever grows. */
  readonly lapsed?: number;
  /** What each of the wanted calls is expected to use; absent where nobody has counted. */
  readonly tokens?: number;
  /** Tokens that this process's calls have used beyond what was expected, since it started; below 0 where they used fewer. */
  readonly settledTokens?: number;
  /** The group has more records than these, and will ask again before its slots end. */
  readonly more?: boolean;
  /** Calls of this process in flight now. */
  readonly running: number;
}

/** Joins all that waits in one process for one limit. */
export interface LeaseRequest {
  /** Unique for each start of a process. */
  readonly process: string;
  readonly asks: readonly GroupAsk[];
  /** How calls ended that slow the limit down, or let it go faster again. */
  readonly reports?: readonly CallReport[];
}

/** What a process is told of a target or host that is slowed down. */
export interface Slowed {
  readonly target?: string;
  readonly host?: string;
  /** The limit's slots come at this pace already. */
  readonly whole: boolean;
  /** The next call of this process may go then, in the limit's time, and further ones at this distance. */
  readonly fromMs: number;
  readonly everyMs: number;
  /** Since when every call was refused with 429, in the limit's time. */
  readonly refusedSinceMs?: number;
}

export interface LeaseAnswer {
  /** The limit's clock when it answered, epoch milliseconds. */
  readonly nowMs: number;
  readonly grants: readonly { readonly group: string; readonly slots: readonly SlotRun[] }[];
  /** When slots for the rest may be had, in the limit's time. */
  readonly askAgainAtMs: number;
  /** A cap on calls in flight is in force: report claims and ends within 200 ms, and every 5 s in any case. */
  readonly reportCalls: boolean;
  /** Tokens are limited, for all together or for some group: bring estimates, and settle them. */
  readonly tokensPerMinute?: number;
  /** Targets and hosts that are slowed down: tell how their calls end. */
  readonly slowed?: readonly Slowed[];
  /** Groups whose calls of the day are used up, and when there are some again. */
  readonly usedUp?: readonly { readonly group: string; readonly untilMs: number }[];
}

/** What `ostinato limits set` puts on a limit, for everybody. */
export type LimitCap = Partial<GroupRates>;
