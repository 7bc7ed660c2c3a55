/**
 * Handles a clock that a person or NTP has set back. The limit uses the server's clock. Its stored
 * times would lie in the future by the size of the step, and no slot would be given before. They
 * are moved back by the step, as if no time had passed since the last lease, so nothing bursts.
 */
import { longestDayMs } from "../rates/daily-quota.js";
import type { Spending } from "./last-minute.js";
import type { RecentCalls } from "./recent-calls.js";
import type { Slowing } from "./slowing/slowing.js";
import type { SlotRun } from "./slots.js";
import type { Holder, LimitProcess, LimitState } from "./state.js";
import type { TokenPace } from "./token-pace.js";

/**
 * Returns the state with times on a clock that may have been set back since the last lease. Daily
 * counts end at the reset by the wall clock.
 */
export function setBackTo(state: LimitState, nowMs: number): LimitState {
  const { clockMs } = state;
  if (clockMs <= nowMs) return clockMs === nowMs ? state : { ...state, clockMs: nowMs };
  const stepMs = clockMs - nowMs;
  const { lastSlotAtMs, tokens, kept, days } = state;
  return {
    ...state,
    clockMs: nowMs,
    lastSlotAtMs: lastSlotAtMs === null ? null : lastSlotAtMs - stepMs,
    freeSlots: runsBack(state.freeSlots, stepMs),
    slowing: state.slowing && slowingBack(state.slowing, stepMs),
    lastMinute: spendingsBack(state.lastMinute, stepMs),
    tokens: tokens && paceBack(tokens, stepMs),
    kept: kept && { ...kept, untilMs: kept.untilMs - stepMs },
    // A day that started at a wrong time also ends at a wrong time.
    ...(days && {
      days: Object.fromEntries(
        Object.entries(days).filter(([, { endsAtMs }]) => endsAtMs - nowMs <= longestDayMs),
      ),
    }),
    holders: mapped(state.holders, (holder) => holderBack(holder, stepMs)),
    processes: mapped(state.processes, (process) => processBack(process, stepMs)),
  };
}

function mapped<Value>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

function holderBack(holder: Holder, stepMs: number): Holder {
  const { lastSlotAtMs, lastAskAtMs, waitsSinceMs, tokens, lastMinute, recent } = holder;
  return {
    ...holder,
    lastSlotAtMs: lastSlotAtMs === null ? null : lastSlotAtMs - stepMs,
    lastAskAtMs: lastAskAtMs - stepMs,
    unclaimed: runsBack(holder.unclaimed, stepMs),
    waitsSinceMs: waitsSinceMs === undefined ? undefined : waitsSinceMs - stepMs,
    // The value is set again when the group asks.
    usedUpUntilMs: undefined,
    tokens: tokens && paceBack(tokens, stepMs),
    lastMinute: lastMinute && spendingsBack(lastMinute, stepMs),
    recent: recent && recentBack(recent, stepMs),
  };
}

function slowingBack(slowing: Slowing, stepMs: number): Slowing {
  return {
    ...slowing,
    backOffs: mapped(slowing.backOffs, (backOff) => ({
      ...backOff,
      sinceMs: backOff.sinceMs - stepMs,
      holdUntilMs: backOff.holdUntilMs - stepMs,
      cutAtMs: backOff.cutAtMs - stepMs,
      grownAtMs: backOff.grownAtMs - stepMs,
      lastRefusedAtMs: backOff.lastRefusedAtMs - stepMs,
      refusedSinceMs: backOff.refusedSinceMs === null ? null : backOff.refusedSinceMs - stepMs,
    })),
    ...(slowing.watches && {
      watches: mapped(slowing.watches, (watch) => {
        return { ...watch, lastRefusedAtMs: watch.lastRefusedAtMs - stepMs };
      }),
    }),
    outages: mapped(slowing.outages, (outage) => ({
      ...outage,
      sinceMs: outage.sinceMs - stepMs,
      nextTryAtMs: outage.nextTryAtMs - stepMs,
    })),
  };
}

function processBack(process: LimitProcess, stepMs: number): LimitProcess {
  const { seenAtMs, grantedAtMs, unmet } = process;
  return {
    ...process,
    seenAtMs: seenAtMs - stepMs,
    grantedAtMs: grantedAtMs - stepMs,
    ...(unmet && { unmet: { ...unmet, untilMs: unmet.untilMs - stepMs } }),
  };
}

function runsBack(runs: readonly SlotRun[], stepMs: number): SlotRun[] {
  return runs.map((run) => ({ ...run, firstAtMs: run.firstAtMs - stepMs }));
}

function spendingsBack(spent: readonly Spending[], stepMs: number): Spending[] {
  return spent.map((one) => ({
    ...one,
    firstAtMs: one.firstAtMs - stepMs,
    lastAtMs: one.lastAtMs - stepMs,
  }));
}

function recentBack(recent: RecentCalls, stepMs: number): RecentCalls {
  return { ...recent, sinceMs: recent.sinceMs - stepMs, lastMs: recent.lastMs - stepMs };
}

function paceBack(pace: TokenPace, stepMs: number): TokenPace {
  return { ...pace, dueAtMs: pace.dueAtMs - stepMs };
}
