/**
 * The reason why calls do not go faster at one moment, for users. The reasons of a limit are read
 * from its state.
 */
import { limitCalls, groupCalls } from "../limit/calls.js";
import { isLive, limitInFlight, limitRate, limitTokens, slotIntervalMs } from "../limit/state.js";
import type { Holder, LimitState } from "../limit/state.js";
import { slowdownsOf } from "../limit/slowing/slowdowns.js";

/** Reason for a hold. Times are in ms since the epoch. */
export type Hold =
  /**
   * The rate of the group or its limit. `sharedWith` counts the other groups that use the limit.
   */
  | { readonly kind: "requests"; readonly sharedWith?: number }
  | { readonly kind: "tokens"; readonly sharedWith?: number }
  /** The maximum number of concurrent calls is reached, so the API's speed decides. */
  | { readonly kind: "in-flight"; readonly inFlight: number; readonly sharedWith?: number }
  /** All calls are sent, and their answers are pending. */
  | { readonly kind: "answers" }
  /** The daily quota is used up until `untilMs`. */
  | { readonly kind: "day"; readonly untilMs: number }
  /** 429s of the API have slowed the limit down. The API wants no call before `untilMs`. */
  | {
      readonly kind: "throttled";
      readonly target: string;
      readonly requestsPerMinute: number;
      readonly untilMs?: number;
    }
  /** The API cannot be reached. `untilMs` is the time of the next try. */
  | { readonly kind: "unreachable"; readonly host: string; readonly untilMs: number }
  | { readonly kind: "paused" }
  /** The group's models wait for a person. */
  | { readonly kind: "blocked" }
  /** No worker answers. */
  | { readonly kind: "worker" };

export type HoldKind = Hold["kind"];

interface Asked {
  /** Workflow id of the group. */
  readonly group: string;
  readonly nowMs: number;
}

/**
 * Returns the reason why a limit delays a group; `undefined` if the group has not asked recently.
 */
export function holdOfLimit(state: LimitState, asked: Asked): Hold | undefined {
  const holder = state.holders[asked.group];
  if (!holder) return undefined;
  const { usedUpUntilMs = 0 } = holder;
  if (usedUpUntilMs > asked.nowMs) return { kind: "day", untilMs: usedUpUntilMs };
  return slowedHold(state, asked.nowMs) ?? fullHold(state, holder, asked) ?? paceHold(state, asked);
}

function slowedHold(state: LimitState, nowMs: number): Hold | undefined {
  const [slowdown] = slowdownsOf(state, nowMs);
  if (!slowdown) return undefined;
  if (slowdown.kind === "unreachable") {
    return { kind: "unreachable", host: slowdown.host, untilMs: slowdown.nextTryAtMs };
  }
  const { target, requestsPerMinute, heldUntilMs } = slowdown;
  const until = heldUntilMs === undefined ? {} : { untilMs: heldUntilMs };
  return { kind: "throttled", target, requestsPerMinute, ...until };
}

function fullHold(state: LimitState, holder: Holder, asked: Asked): Hold | undefined {
  const { group, nowMs } = asked;
  const own = holder.inFlight ?? Infinity;
  const ofOwn = groupCalls(state, group, nowMs);
  if (ofOwn >= own) return { kind: "in-flight", inFlight: own };
  const most = limitInFlight(state, nowMs);
  if (limitCalls(state, nowMs) < most) return undefined;
  return { kind: "in-flight", inFlight: most, ...sharing(state, asked) };
}

function paceHold(state: LimitState, asked: Asked): Hold {
  const { group, nowMs } = asked;
  const holder = state.holders[group];
  const waits = holder?.more === true || holder?.waitsSinceMs !== undefined;
  if (!waits) return { kind: "answers" };
  const kind = tokensBind(state, holder, nowMs) ? "tokens" : "requests";
  return { kind, ...sharing(state, asked) };
}

/** True if the tokens delay the next call more than the requests do. */
function tokensBind(state: LimitState, holder: Holder, nowMs: number): boolean {
  if (!Number.isFinite(limitTokens(state, nowMs)) && !holder.tokens) return false;
  if (state.kept) return true;
  const rate = limitRate(state, nowMs) ?? holder.requestsPerMinute;
  const ofAll = (state.lastSlotAtMs ?? 0) + slotIntervalMs(rate);
  const ofOwn = (holder.lastSlotAtMs ?? 0) + slotIntervalMs(holder.requestsPerMinute);
  const tokensAtMs = Math.max(state.tokens?.dueAtMs ?? 0, holder.tokens?.dueAtMs ?? 0);
  return tokensAtMs > Math.max(ofAll, ofOwn, nowMs);
}

function sharing(state: LimitState, { group, nowMs }: Asked): { readonly sharedWith?: number } {
  const others = Object.entries(state.holders).filter(
    ([name, holder]) => name !== group && isLive(holder, nowMs) && holder.more === true,
  );
  return others.length === 0 ? {} : { sharedWith: others.length };
}
