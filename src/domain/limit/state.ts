import { headroom } from "./headroom.js";
import type { DayCounts } from "./day-counts.js";
import type { Spending } from "./last-minute.js";
import type { LimitCap } from "./lease-messages.js";
import { mostRequestsPerMinute } from "../rates/rates.js";
import type { CurrentRates } from "../rates/current-rates.js";
import { slowingEndsAt } from "./slowing/slowing.js";
import type { Slowing } from "./slowing/slowing.js";
import type { RecentCalls } from "./recent-calls.js";
import type { SlotRun } from "./slots.js";
import type { TokenPace } from "./token-pace.js";

/**
 * The state of a limit. It is plain JSON, because it travels with each continue-as-new and answers
 * `limits`. All times are in the limit's own time, in ms since the epoch.
 */
export interface LimitState {
  /** Time of the last lease. If the clock is set back, `setBackTo` moves all other times. */
  readonly clockMs: number;
  /** The cap from `ostinato limits set`. */
  readonly cap: LimitCap;
  /** Time of the latest slot that was given. The next slot is an interval later. */
  readonly lastSlotAtMs: number | null;
  /** Unused slots before the latest one, which no asking group could use yet. */
  readonly freeSlots: readonly SlotRun[];
  /** Rate of the last slots. */
  readonly requestsPerMinute: number | null;
  /** Set after 429s, or while the API is down. */
  readonly slowing?: Slowing | undefined;
  /** Calls of the last minute, and slots given for the next two seconds. */
  readonly lastMinute: readonly Spending[];
  /** Set if tokens per minute are limited. */
  readonly tokens?: TokenPace | undefined;
  /** A call that waits until its tokens fit. Room is reserved for it. */
  readonly kept?: KeptTokens | undefined;
  /** Set if a group has a daily quota. */
  readonly days?: DayCounts;
  /** Holders by the group's workflow id. */
  readonly holders: Readonly<Record<string, Holder>>;
  readonly processes: Readonly<Record<string, LimitProcess>>;
}

export interface KeptTokens {
  readonly group: string;
  readonly tokens: number;
  readonly priority: number;
  /** Time at which the reservation ends. */
  readonly untilMs: number;
}

/** A group that asked recently. */
export interface Holder extends CurrentRates {
  readonly priority: number;
  /** True if the group has more records than it asked for. */
  readonly more?: boolean | undefined;
  /** Start of the group's wait for a slot; absent if its last request got slots. */
  readonly waitsSinceMs?: number | undefined;
  /** Time at which the daily quota allows calls again. Set while the quota is used up. */
  readonly usedUpUntilMs?: number | undefined;
  /** Pace of the group's own tokens per minute. */
  readonly tokens?: TokenPace | undefined;
  readonly lastMinute?: readonly Spending[] | undefined;
  /** The group's calls of the last minute, for users. */
  readonly recent?: RecentCalls | undefined;
  readonly lastSlotAtMs: number | null;
  /** Time of the group's last request for slots. The group counts as live for a minute after it. */
  readonly lastAskAtMs: number;
  /** Slots that were given and not claimed, oldest first. */
  readonly unclaimed: readonly SlotRun[];
}

/** A worker process that asked recently. */
export interface LimitProcess {
  readonly seenAtMs: number;
  readonly grantedAtMs: number;
  readonly calls: Readonly<Record<string, ProcessCalls>>;
  /** Unmet demand of the process; absent if it got all its slots. */
  readonly unmet?: UnmetDemand;
}

/** A process's report about a group. */
export interface ProcessCalls {
  readonly claimed: number;
  readonly running: number;
  readonly lapsed?: number;
  readonly settledTokens?: number;
}

export interface UnmetDemand {
  readonly groups: number;
  /** Number of slots in the next 2 s that the process could use, by its groups' own rates. */
  readonly usable: number;
  readonly priority: number;
  /** Time at which the demand is dropped. */
  readonly untilMs: number;
}

export const emptyLimit: LimitState = {
  clockMs: 0,
  cap: {},
  lastSlotAtMs: null,
  freeSlots: [],
  requestsPerMinute: null,
  lastMinute: [],
  holders: {},
  processes: {},
};

export const minuteMs = 60_000;
/**
 * Maximum distance of slots in ms. It is short, so that a changed limit, a pause or a 429 takes
 * effect at once.
 */
export const horizonMs = 2_000;
/**
 * Distance of the next slot in ms at which slots are given. A lease then brings about 0.7 s worth
 * of slots instead of one slot.
 */
export const leadMs = 1_300;

const holderMs = 60_000;
const silentMs = 15_000;
/**
 * Time in ms after which the calls of a silent process are forgotten. The calls of 1,000 groups may
 * take 300 KB, and each restart of a worker brings a new process. Temporal allows 2 MB.
 */
const callsMs = 300_000;
const processMs = 3_600_000;
const idleMs = 600_000;

export function isLive(holder: Holder, nowMs: number): boolean {
  return nowMs - holder.lastAskAtMs < Math.max(holderMs, intervalMs(holder.requestsPerMinute));
}

export function isSilent(process: LimitProcess, nowMs: number): boolean {
  return nowMs - process.seenAtMs > silentMs;
}

/**
 * Returns the interval between calls in ms. A request above the maximum rate gets the maximum,
 * because an error would stop the limit for all groups.
 */
export function intervalMs(requestsPerMinute: number): number {
  return minuteMs / Math.min(requestsPerMinute, mostRequestsPerMinute);
}

/**
 * Returns the distance between two slots in ms: a thousandth more than the rate requires. Calls
 * arrive unevenly. At exactly the rate, a call that is 50 ms late would put one call too many into
 * the next minute.
 */
export function slotIntervalMs(requestsPerMinute: number): number {
  return intervalMs(requestsPerMinute) * headroom;
}

/**
 * Returns the largest rate of the live holders, up to the cap; `undefined` without live holders.
 */
export function limitRate(state: LimitState, nowMs: number): number | undefined {
  const rates = Object.values(state.holders)
    .filter((holder) => isLive(holder, nowMs))
    .map((holder) => holder.requestsPerMinute);
  if (rates.length === 0) return undefined;
  return Math.min(
    Math.max(...rates),
    state.cap.requestsPerMinute ?? Infinity,
    mostRequestsPerMinute,
  );
}

/**
 * Returns the largest token rate of the live holders (unlimited if one has none), up to the limit's
 * own.
 */
export function limitTokens(state: LimitState, nowMs: number): number {
  const asked = Object.values(state.holders)
    .filter((holder) => isLive(holder, nowMs))
    .map((holder) => holder.tokensPerMinute ?? Infinity);
  return Math.min(
    asked.length === 0 ? Infinity : Math.max(...asked),
    state.cap.tokensPerMinute ?? Infinity,
  );
}

/**
 * Returns the largest maximum of concurrent calls among the live holders (none if one has none), up
 * to the cap.
 */
export function limitInFlight(state: LimitState, nowMs: number): number {
  const asked = Object.values(state.holders)
    .filter((holder) => isLive(holder, nowMs))
    .map((holder) => holder.inFlight ?? Infinity);
  return Math.min(
    asked.length === 0 ? Infinity : Math.max(...asked),
    state.cap.inFlight ?? Infinity,
  );
}

/**
 * Removes processes and groups that have been silent for a long time. If such a process returns,
 * its first report only sets its totals again.
 */
export function forgetTheAbsent(state: LimitState, nowMs: number): LimitState {
  const present = Object.entries(state.processes).filter(
    ([, process]) => nowMs - process.seenAtMs < processMs,
  );
  const running = new Set(
    present
      .map(([, process]) => process)
      .filter((process) => !isSilent(process, nowMs))
      .flatMap((process) => Object.entries(process.calls))
      .filter(([, calls]) => calls.running > 0)
      .map(([group]) => group),
  );
  const holders = Object.fromEntries(
    Object.entries(state.holders).filter(
      ([group, holder]) =>
        isLive(holder, nowMs) || running.has(group) || (holder.usedUpUntilMs ?? 0) > nowMs,
    ),
  );
  const processes = present.map(([name, process]) => {
    const isKnown = nowMs - process.seenAtMs < callsMs;
    const calls = Object.entries(process.calls).filter(
      ([group, { running: count }]) => isKnown && (group in holders || count > 0),
    );
    return [name, { ...process, calls: Object.fromEntries(calls) }] as const;
  });
  return { ...state, holders, processes: Object.fromEntries(processes) };
}

/**
 * True if the limit may end: nobody has asked for ten minutes, and its state contains nothing that
 * a new limit would lack.
 */
export function isIdle(state: LimitState, nowMs: number): boolean {
  const seen = Object.values(state.processes).map((process) => process.seenAtMs);
  const capped = Object.keys(state.cap).length > 0;
  const aheadMs = Math.max(
    slowingEndsAt(state.slowing),
    state.lastSlotAtMs ?? 0,
    state.tokens?.dueAtMs ?? 0,
    ...Object.values(state.days ?? {}).map(({ endsAtMs }) => endsAtMs),
  );
  return !capped && aheadMs <= nowMs && nowMs - Math.max(0, ...seen) >= idleMs;
}
