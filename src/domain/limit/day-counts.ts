/**
 * A limit's counts of daily calls, in total and for each group with a quota. A day ends at the
 * reset of its quota. Quotas with different resets have separate counts.
 */
import { nextReset } from "../rates/daily-quota.js";
import type { DailyQuota } from "../rates/rates.js";

export interface DayCount {
  readonly endsAtMs: number;
  readonly calls: number;
}

/** Counts by reset for all groups together, or by reset and group for one group. */
export type DayCounts = Readonly<Record<string, DayCount>>;

/** The remaining part of a daily quota. */
export interface DayLeft {
  readonly calls: number;
  readonly endsAtMs: number;
}

export const noQuota: DayLeft = { calls: Infinity, endsAtMs: Infinity };

function keyOf({ resetHour, timeZone }: DailyQuota, group?: string): string {
  const reset = `${resetHour}h ${timeZone}`;
  return group === undefined ? reset : `${reset} ${group}`;
}

/** Removes the days that are over, and starts the days of the quotas. */
export function startDays(
  counts: DayCounts,
  quotas: readonly { readonly quota: DailyQuota; readonly group?: string }[],
  nowMs: number,
): DayCounts {
  const going = Object.entries(counts).filter(([, { endsAtMs }]) => endsAtMs > nowMs);
  if (quotas.length === 0 && going.length === Object.keys(counts).length) return counts;
  const days: Record<string, DayCount> = Object.fromEntries(going);
  for (const { quota, group } of quotas) {
    const all = (days[keyOf(quota)] ??= { endsAtMs: nextReset(quota, nowMs), calls: 0 });
    if (group !== undefined) {
      days[keyOf(quota, group)] ??= { endsAtMs: all.endsAtMs, calls: 0 };
    }
  }
  return days;
}

/** @param group counts only the calls of this group; by default, of all groups */
export function dayLeft(counts: DayCounts, quota: DailyQuota, group?: string): DayLeft {
  const { calls = 0, endsAtMs = 0 } = counts[keyOf(quota, group)] ?? {};
  return { calls: Math.max(0, quota.requests - calls), endsAtMs };
}

/**
 * Returns the quota with fewer calls left. If both are used up, returns the quota that resets
 * later.
 */
export function scarcer(one: DayLeft, other: DayLeft): DayLeft {
  if (one.calls === 0 && other.calls === 0) return one.endsAtMs >= other.endsAtMs ? one : other;
  if (one.calls === 0) return one;
  if (other.calls === 0) return other;
  return {
    calls: Math.min(one.calls, other.calls),
    endsAtMs: Math.min(one.endsAtMs, other.endsAtMs),
  };
}

/** Counts calls of a group, or subtracts lapsed ones. */
export function countCalls(counts: DayCounts, group: string, calls: number): DayCounts {
  if (calls === 0) return counts;
  return Object.fromEntries(
    Object.entries(counts).map(([key, day]) => {
      const counts = isForAll(key) || key.endsWith(` ${group}`);
      return [key, counts ? { ...day, calls: Math.max(0, day.calls + calls) } : day];
    }),
  );
}

/** The counts of all groups together, one per reset. */
export function daysOfAll(counts: DayCounts): DayCount[] {
  return Object.entries(counts).flatMap(([key, day]) => (isForAll(key) ? [day] : []));
}

/**
 * True for the key of all groups together. Such a key is a reset, with one space between its hour
 * and its time zone.
 */
function isForAll(key: string): boolean {
  return key.split(" ").length === 2;
}
