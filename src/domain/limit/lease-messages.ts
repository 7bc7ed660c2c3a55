import type { CurrentRates } from "../rates/current-rates.js";
import type { GroupRates } from "../rates/rates.js";
import type { CallReport } from "./slowing/call-reports.js";
import type { SlotRun } from "./slots.js";

/** A group's request for slots in one process, and its counts. */
export interface GroupAsk extends CurrentRates {
  /** The group's workflow id. */
  readonly group: string;
  /** Priority: 1 is first, 5 is last. */
  readonly priority: number;
  /**
   * True if only calls of open records wait. Their rates date from their start, and count only if
   * they are newer than the known rates.
   */
  readonly retriesOnly?: boolean;
  /** Number of slots that records of this process wait for; 0 for a report only. */
  readonly wanted: number;
  /**
   * Number of slots that this process has claimed or let lapse since it started. The number only
   * grows, so a repeated report counts once.
   */
  readonly claimed: number;
  /** Number of `claimed` slots that lapsed; absent if none did. The number only grows. */
  readonly lapsed?: number;
  /** Expected tokens of each wanted call; absent if they are not counted. */
  readonly tokens?: number;
  /**
   * Difference in tokens between this process's calls and their estimates, since it started;
   * negative if the calls used fewer.
   */
  readonly settledTokens?: number;
  /**
   * True if the group has more records than it asks for, and will ask again before its slots end.
   */
  readonly more?: boolean;
  /** Number of calls of this process in flight. */
  readonly running: number;
}

/** All waiting requests of one process for one limit. */
export interface LeaseRequest {
  /** Unique for each start of a process. Starts with the name of its worker and a "/". */
  readonly process: string;
  readonly asks: readonly GroupAsk[];
  /** Results of calls that slow the limit down, or speed it up again. */
  readonly reports?: readonly CallReport[];
  /** Workers that have ended without a report. The limit forgets their calls in flight. */
  readonly endedWorkers?: readonly string[];
}

/** The state of a slowed target or host, for a process. */
export interface Slowed {
  readonly target?: string;
  readonly host?: string;
  /** True if the limit's slots already have this pace. */
  readonly whole: boolean;
  /**
   * Time of this process's next call, in the limit's time. Further calls follow at intervals of
   * `everyMs`.
   */
  readonly fromMs: number;
  readonly everyMs: number;
  /** Start of the time in which every call got a 429, in the limit's time. */
  readonly refusedSinceMs?: number;
}

export interface LeaseAnswer {
  /** Time of the answer on the limit's clock, in ms since the epoch. */
  readonly nowMs: number;
  readonly grants: readonly { readonly group: string; readonly slots: readonly SlotRun[] }[];
  /** Time at which more slots are available, in the limit's time. */
  readonly askAgainAtMs: number;
  /**
   * True if concurrent calls have a maximum. Claims and ends are then reported within 200 ms, and
   * at least every 5 s.
   */
  readonly reportCalls: boolean;
  /** The limit's rate without slowdowns; absent if no group asks. */
  readonly requestsPerMinute?: number;
  /**
   * Set if tokens are limited, in total or for a group. Processes must then send estimates and
   * settle them.
   */
  readonly tokensPerMinute?: number;
  /** Slowed targets and hosts. Processes must report the results of their calls. */
  readonly slowed?: readonly Slowed[];
  /** Groups whose daily quota is used up, with the time at which the quota allows calls again. */
  readonly usedUp?: readonly { readonly group: string; readonly untilMs: number }[];
}

/** The cap that `ostinato limits set` puts on a limit for all experiments. */
export type LimitCap = Partial<GroupRates>;
