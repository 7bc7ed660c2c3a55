import type { DayCounts } from "./day-counts.js";
import type { Spending } from "./last-minute.js";
import type { LimitCap } from "./lease-messages.js";
import { mostRequestsPerMinute } from "../rates/rates.js";
import type { CurrentRates } from "../rates/current-rates.js";
import { slowingEndsAt } from "./slowing.js";
import type { Slowing } from "./slowing.js";
import type { SlotRun } from "./slots.js";
import type { TokenPace } from "./token-pace.js";

/**
 * What a limit remembers. It is plain JSON, since it travels with each continue-as-new and answers `limits`.
 * All instants are in the limit's own time, epoch milliseconds.
 */
export interface LimitState {
  /** Its clock at the last lease; `atClock` moves all other instants where the clock is set back. */
  readonly clockMs: number;
  /** Put by `ostinato limits set`. */
  readonly cap: LimitCap;
  /** The latest slot given to anybody; the next one is an interval later. */
  readonly lastSlotAtMs: number | null;
  /** Slots before the latest that nobody could use yet, since the groups that asked were not due. */
  readonly freeSlots: readonly SlotRun[];
  /** The rate at which slots were last given. */
  readonly requestsPerMinute: number | null;
  /** After 429s, or while the API is down. */
  readonly slowing?: Slowing | undefined;
  /** What went within the last minute, and what was given for the next two seconds. */
  readonly lastMinute: readonly Spending[];
  /** Where tokens a minute are limited. */
  readonly tokens?: TokenPace | undefined;
  /** A call that waits until its tokens fit: others keep room for it. */
  readonly kept?: KeptTokens | undefined;
  /** Where somebody has a quota of calls a day. */
  readonly days?: DayCounts;
  /** By the group's workflow id. */
  readonly holders: Readonly<Record<string, Holder>>;
  readonly processes: Readonly<Record<string, LimitProcess>>;
}

export interface KeptTokens {
  readonly group: string;
  readonly tokens: number;
  readonly priority: number;
  /** Forgotten then. */
  readonly untilMs: number;
}

/** A group that asked lately. */
export interface Holder extends CurrentRates {
  readonly priority: number;
  /** It has more records than it asked for. */
  readonly more?: boolean | undefined;
  /** Since when it waits for a slot; absent where it got some when it last asked. */
  readonly waitsSinceMs?: number | undefined;
  /** When there are calls of the day for it again, where they are used up. */
  readonly usedUpUntilMs?: number | undefined;
  /** For its own tokens a minute. */
  readonly tokens?: TokenPace | undefined;
  readonly lastMinute?: readonly Spending[] | undefined;
  readonly lastSlotAtMs: number | null;
  /** When it last wanted slots: it is live for a minute after. */
  readonly lastAskAtMs: number;
  /** Slots given and not claimed yet, oldest first. */
  readonly unclaimed: readonly SlotRun[];
}

/** A worker process that asked lately. */
export interface LimitProcess {
  readonly seenAtMs: number;
  readonly grantedAtMs: number;
  readonly calls: Readonly<Record<string, ProcessCalls>>;
  /** What it could not be given; absent where it got all. */
  readonly unmet?: UnmetDemand;
}

/** What a process reports of a group. */
export interface ProcessCalls {
  readonly claimed: number;
  readonly running: number;
  readonly lapsed?: number;
  readonly settledTokens?: number;
}

export interface UnmetDemand {
  readonly groups: number;
  /** Slots that it could use of the next 2 s, by its groups' own rates. */
  readonly usable: number;
  readonly priority: number;
  /** Forgotten then. */
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
/** Slots never reach further ahead, so that a changed limit, a pause or a 429 is felt at once. */
export const horizonMs = 2_000;
/** Slots are given once the next one is this near, so that a lease brings some 0.7 s worth and not a single slot. */
export const leadMs = 1_300;

const headroom = 1.001;
const holderMs = 60_000;
const silentMs = 15_000;
const processMs = 3_600_000;
const idleMs = 600_000;

export function isLive(holder: Holder, nowMs: number): boolean {
  return nowMs - holder.lastAskAtMs < Math.max(holderMs, intervalMs(holder.requestsPerMinute));
}

export function isSilent(process: LimitProcess, nowMs: number): boolean {
  return nowMs - process.seenAtMs > silentMs;
}

/** A request that asks for more than any setting may gets the highest rate: an error would stop the limit for everybody. */
export function intervalMs(requestsPerMinute: number): number {
  return minuteMs / Math.min(requestsPerMinute, mostRequestsPerMinute);
}

/**
 * From one slot to the next: a thousandth more than the rate asks. Calls arrive unevenly, and at exactly the rate one
 * that came 50 ms later than others would make the minute after it one call too full.
 */
export function slotIntervalMs(requestsPerMinute: number): number {
  return intervalMs(requestsPerMinute) * headroom;
}

/** The largest rate that a live holder asks for, under the cap; `undefined` where nobody asks. */
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

/** The largest rate of tokens that a live holder asks for (none, where one asks for none), under the limit's own. */
export function limitTokens(state: LimitState, nowMs: number): number {
  const asked = Object.values(state.holders)
    .filter((holder) => isLive(holder, nowMs))
    .map((holder) => holder.tokensPerMinute ?? Infinity);
  return Math.min(
    asked.length === 0 ? Infinity : Math.max(...asked),
    state.cap.tokensPerMinute ?? Infinity,
  );
}

/** The largest cap on calls in flight that a live holder asks for (none, where one asks for none), under the limit's own. */
export function limitInFlight(state: LimitState, nowMs: number): number {
  const asked = Object.values(state.holders)
    .filter((holder) => isLive(holder, nowMs))
    .map((holder) => holder.inFlight ?? Infinity);
  return Math.min(
    asked.length === 0 ? Infinity : Math.max(...asked),
    state.cap.inFlight ?? Infinity,
  );
}

/** Drops who has been away for long. */
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
    const calls = Object.entries(process.calls).filter(
      ([group, { running: count }]) => group in holders || count > 0,
    );
    return [name, { ...process, calls: Object.fromEntries(calls) }] as const;
  });
  return { ...state, holders, processes: Object.fromEntries(processes) };
}

/** Whether the limit may end: nobody asked for ten minutes, and nothing stands in it that a new one would not know. */
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
