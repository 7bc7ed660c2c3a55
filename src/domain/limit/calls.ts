import { defined } from "../defined.js";
import type { LeaseRequest } from "./lease-messages.js";
import type { Holder, LimitProcess, LimitState, ProcessCalls } from "./state.js";
import { isSilent } from "./state.js";
import { countSlots, slotsFrom, splitSlots } from "./slots.js";
import type { SlotRun } from "./slots.js";

/**
 * A limit's count of calls in flight.
 *
 * - A slot counts from its lease until a process claims it at the send, or until 10 s after its
 *   time.
 * - A claimed slot counts until its end is reported, until its process has been silent for 15 s, or
 *   until another process has found that its worker ended.
 *
 * A process may claim slots that another process leased, so claims are counted per group.
 */

const unclaimedMs = 10_000;

/** Applies a process's report of its calls. */
export function noteCalls(state: LimitState, request: LeaseRequest, nowMs: number): LimitState {
  const known = state.processes[request.process];
  const holders: Record<string, Holder> = { ...state.holders };
  const calls: Record<string, ProcessCalls> = {};
  for (const ask of request.asks) {
    const before = known?.calls[ask.group]?.claimed ?? 0;
    const { claimed, running, lapsed, settledTokens } = ask;
    calls[ask.group] = {
      claimed,
      running,
      ...defined({ lapsed, settledTokens }),
    };
    const holder = holders[ask.group];
    if (holder) {
      const unclaimed = splitSlots(holder.unclaimed, Math.max(0, ask.claimed - before))[1];
      holders[ask.group] = { ...holder, unclaimed: dropLapsed(unclaimed, nowMs) };
    }
  }
  const process: LimitProcess = {
    ...known,
    seenAtMs: nowMs,
    grantedAtMs: known?.grantedAtMs ?? 0,
    calls: { ...known?.calls, ...calls },
  };
  return { ...state, holders, processes: { ...state.processes, [request.process]: process } };
}

/** Forgets the calls of workers that have ended. */
export function forgetWorkers(state: LimitState, ended: readonly string[]): LimitState {
  if (ended.length === 0) return state;
  const present = Object.entries(state.processes).filter(
    ([process]) => !ended.some((worker) => process.startsWith(`${worker}/`)),
  );
  return { ...state, processes: Object.fromEntries(present) };
}

function dropLapsed(runs: readonly SlotRun[], nowMs: number): SlotRun[] {
  return slotsFrom(runs, nowMs - unclaimedMs);
}

/** Number of a group's calls in flight, including its slots. */
export function groupCalls(state: LimitState, group: string, nowMs: number): number {
  const running = Object.values(state.processes)
    .filter((process) => !isSilent(process, nowMs))
    .reduce((sum, process) => sum + (process.calls[group]?.running ?? 0), 0);
  return running + unclaimedSlots(state, group, nowMs);
}

/** Number of a group's slots that no process has claimed. */
export function unclaimedSlots(state: LimitState, group: string, nowMs: number): number {
  return countSlots(dropLapsed(state.holders[group]?.unclaimed ?? [], nowMs));
}

/** Number of calls in flight of all groups, including their slots. */
export function limitCalls(state: LimitState, nowMs: number): number {
  const groups = new Set([
    ...Object.keys(state.holders),
    ...Object.values(state.processes).flatMap((process) => Object.keys(process.calls)),
  ]);
  return [...groups].reduce((sum, group) => sum + groupCalls(state, group, nowMs), 0);
}
