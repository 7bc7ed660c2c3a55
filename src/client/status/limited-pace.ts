import { defined } from "../../domain/defined.js";
import { holdOfLimit } from "../../domain/progress/hold.js";
import type { Hold, HoldKind } from "../../domain/progress/hold.js";
import { recentPerMinute, slotsToCome } from "../../domain/limit/recent-calls.js";
import { limitRate } from "../../domain/limit/state.js";
import type { LimitState } from "../../domain/limit/state.js";

/** The pace of a group's calls at its limit. */
export interface LimitedPace {
  /** Calls of the last minute. */
  readonly perMinute: number;
  /** The rate that the group may have: its own, or that of the limit if that is lower. */
  readonly allowedPerMinute?: number;
  /** Slots that it was given for later. Absent for several limits. */
  readonly toCome?: number;
  readonly hold?: Hold;
}

/** @param group workflow id of the group */
export function paceAtLimit(state: LimitState, group: string, nowMs: number): LimitedPace {
  const holder = state.holders[group];
  if (!holder) return { perMinute: 0 };
  const hold = holdOfLimit(state, { group, nowMs });
  const ofLimit = limitRate(state, nowMs) ?? Infinity;
  const allowedPerMinute = Math.min(holder.requestsPerMinute, ofLimit);
  return {
    perMinute: recentPerMinute(holder.recent, nowMs),
    allowedPerMinute,
    toCome: slotsToCome(holder.recent, allowedPerMinute, nowMs),
    ...defined({ hold }),
  };
}

/** The reasons that slow a pipeline down most come first. */
const order: readonly HoldKind[] = [
  ...(["unreachable", "throttled", "day", "tokens", "requests", "in-flight", "answers"] as const),
];

/** The paces of several targets together, with the most important reason. */
export function paceOfAll(paces: readonly LimitedPace[]): LimitedPace {
  const holds = paces.flatMap(({ hold }) => hold ?? []);
  const hold = [...holds].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))[0];
  const allowed = paces.flatMap(({ allowedPerMinute = [] }) => allowedPerMinute);
  return {
    perMinute: paces.reduce((sum, { perMinute }) => sum + perMinute, 0),
    ...(allowed.length > 0 && { allowedPerMinute: allowed.reduce((sum, one) => sum + one, 0) }),
    ...defined({ hold }),
  };
}
