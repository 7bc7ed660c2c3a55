import type { SlotRun } from "./slots.js";

/**
 * The calls of a group within about the last minute: a count of the current minute and of the one
 * before. It is small, because a limit carries it for each of its groups.
 */
export interface RecentCalls {
  /** Slot of the first call of the current minute. */
  readonly sinceMs: number;
  /** Slot of the latest call. */
  readonly lastMs: number;
  readonly calls: number;
  /** Calls of the minute before; absent in a group's first minute. */
  readonly before?: number;
}

const minuteMs = 60_000;

/** Adds the calls of new slots, which are in the order of time. */
export function noteRecent(
  known: RecentCalls | undefined,
  slots: readonly SlotRun[],
): RecentCalls | undefined {
  return slots.reduce(addRun, known);
}

function addRun(known: RecentCalls | undefined, run: SlotRun): RecentCalls {
  const { firstAtMs, intervalMs, count } = run;
  const lastMs = firstAtMs + (count - 1) * intervalMs;
  if (!known) return { sinceMs: firstAtMs, lastMs, calls: count };
  const minutes = Math.floor((firstAtMs - known.sinceMs) / minuteMs);
  if (minutes < 1) return { ...known, lastMs, calls: known.calls + count };
  const sinceMs = known.sinceMs + minutes * minuteMs;
  return { sinceMs, lastMs, calls: count, before: minutes === 1 ? known.calls : 0 };
}

/** The rate of the last minute. In a group's first minute, that of its calls so far. */
export function recentPerMinute(recent: RecentCalls | undefined, nowMs: number): number {
  if (!recent || nowMs - recent.lastMs >= minuteMs) return 0;
  const { sinceMs, lastMs, calls, before } = recent;
  const passedMs = Math.max(nowMs, lastMs) - sinceMs;
  if (before !== undefined) {
    const share = Math.max(0, 1 - passedMs / minuteMs);
    return scaled(calls, passedMs) + before * share;
  }
  // The first of n calls begins the time, so n - 1 intervals have passed.
  return passedMs === 0 ? calls : ((calls - 1) * minuteMs) / passedMs;
}

/** The slots among them that are still to come, at the rate at which the latest were given. */
export function slotsToCome(
  recent: RecentCalls | undefined,
  requestsPerMinute: number,
  nowMs: number,
): number {
  if (!recent || recent.lastMs <= nowMs) return 0;
  return Math.ceil(((recent.lastMs - nowMs) * requestsPerMinute) / minuteMs);
}

/** The calls of a time that is longer than a minute, in a minute of it. */
function scaled(calls: number, passedMs: number): number {
  return passedMs <= minuteMs ? calls : (calls * minuteMs) / passedMs;
}
