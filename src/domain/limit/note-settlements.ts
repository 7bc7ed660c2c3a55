/**
 * Settles the slots that a process was given. Lapsed slots do not count as calls, and used slots
 * have used more or fewer tokens than expected. Processes report running totals, so a repeated
 * report counts once. For a group that the limit has forgotten, the first report has no effect.
 */
import { countCalls } from "./day-counts.js";
import { correctSpending } from "./last-minute.js";
import type { GroupAsk, LeaseRequest } from "./lease-messages.js";
import type { Holder, LimitState } from "./state.js";
import { settleTokens } from "./token-pace.js";

export function noteSettlements(state: LimitState, request: LeaseRequest): LimitState {
  return request.asks.reduce((known, ask) => {
    const before = known.processes[request.process]?.calls[ask.group];
    if (!before) return known;
    const lapsed = Math.max(0, (ask.lapsed ?? 0) - (before.lapsed ?? 0));
    const tokens = (ask.settledTokens ?? 0) - (before.settledTokens ?? 0);
    return lapsed === 0 && tokens === 0 ? known : settleOne(known, ask, { lapsed, tokens });
  }, state);
}

interface Settlement {
  readonly lapsed: number;
  readonly tokens: number;
}

function settleOne(state: LimitState, { group }: GroupAsk, settlement: Settlement): LimitState {
  const { lapsed, tokens } = settlement;
  const holder = state.holders[group];
  const counted = state.tokens ? settlement : { ...settlement, tokens: 0 };
  return {
    ...state,
    lastMinute: correctSpending(state.lastMinute, counted),
    ...(state.tokens && { tokens: settleTokens(state.tokens, tokens) }),
    ...(state.days && { days: countCalls(state.days, group, -lapsed) }),
    ...(holder && { holders: { ...state.holders, [group]: settledHolder(holder, settlement) } }),
  };
}

function settledHolder(holder: Holder, settlement: Settlement): Holder {
  if (!holder.tokens) return holder;
  return {
    ...holder,
    tokens: settleTokens(holder.tokens, settlement.tokens),
    lastMinute: correctSpending(holder.lastMinute ?? [], settlement),
  };
}
