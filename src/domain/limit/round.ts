/** The participants of one lease, and their order. */
import type { DayLeft } from "./day-counts.js";
import type { Spending } from "./last-minute.js";
import type { GroupAsk, LeaseRequest } from "./lease-messages.js";
import { slotIntervalMs } from "./state.js";
import type { Holder, LimitState } from "./state.js";
import type { SlotRun } from "./slots.js";
import { tokensDueAt } from "./token-pace.js";
import type { TokenPace } from "./token-pace.js";

/**
 * Minimum distance of a slot in ms. A nearer slot would be late after the steps from lease to send,
 * and its call would bunch with the next one.
 */
export const nearestMs = 150;
/** Maximum time in ms that a page's timer and its next lease take after its last slot. */
const asksAgainMs = 2_500;
/** Tolerance for times in ms, which are sums of fractions. */
export const toleranceMs = 0.001;

/** A group of the asking process while slots are given. */
export interface Candidate {
  readonly ask: GroupAsk;
  readonly intervalMs: number;
  readonly maxCalls: number;
  /** Expected tokens of each call. */
  readonly tokens: number;
  /** Rest of the day by the group's own quota, or by the quota of all groups. */
  readonly day: DayLeft;
  lastAtMs: number;
  wanted: number;
  given: number;
  calls: number;
  slots: SlotRun[];
  /** Pace of the group's own tokens per minute. */
  pace: TokenPace | undefined;
  readonly spent: Spending[];
}

export interface Round {
  readonly state: LimitState;
  readonly request: LeaseRequest;
  readonly candidates: readonly Candidate[];
  readonly interval: number;
  /** Rest of the day for all candidates together. */
  readonly day: DayLeft;
  readonly nowMs: number;
}

/** A group that is not asking now but will ask soon, because it has more records. */
export interface Coming {
  readonly priority: number;
  readonly intervalMs: number;
  lastAtMs: number;
}

/** Returns the coming groups that take precedence over some of the candidates. */
export function comingGroups({ state, candidates, nowMs }: Round): Coming[] {
  const last = Math.max(...candidates.map(({ ask }) => ask.priority));
  const asking = new Set(candidates.map(({ ask }) => ask.group));
  return Object.entries(state.holders).flatMap(([group, holder]) => {
    if (holder.priority >= last || asking.has(group) || !comesAgain(holder, nowMs)) return [];
    const { priority, requestsPerMinute, lastSlotAtMs } = holder;
    const intervalMs = slotIntervalMs(requestsPerMinute);
    return [{ priority, intervalMs, lastAtMs: lastSlotAtMs ?? -Infinity }];
  });
}

function comesAgain({ more, lastSlotAtMs, requestsPerMinute }: Holder, nowMs: number): boolean {
  if (more !== true || lastSlotAtMs === null) return false;
  return nowMs < lastSlotAtMs + slotIntervalMs(requestsPerMinute) + asksAgainMs;
}

export function goesBefore(one: Candidate, other: Candidate): boolean {
  if (one.ask.priority !== other.ask.priority) return one.ask.priority < other.ask.priority;
  return one.lastAtMs < other.lastAtMs;
}

/** Returns the time at which a group's own rates allow its next call. */
export function nextOf(candidate: Candidate, nowMs: number): number {
  const { lastAtMs, intervalMs, pace, spent, tokens } = candidate;
  const dueAtMs = Math.max(nowMs + nearestMs, lastAtMs + intervalMs);
  return pace ? Math.max(dueAtMs, tokensDueAt(pace, spent, { tokens })) : dueAtMs;
}

/**
 * Compares times with a tolerance, because sums of fractions drift. Without it, a group slightly
 * ahead of the limit would miss a slot.
 */
export function isAbout(oneMs: number, otherMs: number): boolean {
  return Math.abs(oneMs - otherMs) <= toleranceMs;
}
