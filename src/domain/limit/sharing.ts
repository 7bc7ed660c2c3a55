/**
 * The shares of several processes in a limit. The limit stores each process's recent unmet demand.
 * A process gets its share of the next 2 s from the front, and soon afterwards the slots that other
 * processes leave.
 */
import { horizonMs, isSilent, leadMs } from "./state.js";
import type { LimitProcess, LimitState, UnmetDemand } from "./state.js";

/** A process that asks for slots. */
export interface Sharing {
  readonly state: LimitState;
  readonly process: string;
  /** Number of its groups that want slots. */
  readonly groups: number;
  /** Best priority among these groups. */
  readonly priority: number;
  readonly nowMs: number;
}

const unmetMs = 5_000;

/**
 * Returns the maximum distance of the next slot in ms. A process that has just received slots waits
 * for a wave's worth. The process that has waited longest takes any slot.
 */
export function reachOf({ state, process, nowMs }: Sharing): number {
  const grantedAtMs = state.processes[process]?.grantedAtMs ?? 0;
  const rivals = rivalsOf(state, process, nowMs);
  const waitsLongest = rivals.length > 0 && rivals.every((one) => one.grantedAtMs > grantedAtMs);
  return waitsLongest || nowMs - grantedAtMs >= horizonMs - leadMs ? horizonMs : leadMs;
}

/**
 * Returns how many of the next `room` slots the process may have, given the recent unmet demand of
 * other processes.
 */
export function shareOf(
  { state, process, groups, priority, nowMs }: Sharing,
  room: number,
): number {
  const grantedAtMs = state.processes[process]?.grantedAtMs ?? 0;
  const rivals = rivalsOf(state, process, nowMs);
  const first = rivals.filter(({ unmet }) => unmet.priority < priority);
  // A process that has just received its share of this room takes nothing more of it.
  const equal = rivals.filter(
    (one) => one.unmet.priority === priority && nowMs - one.grantedAtMs > (horizonMs - leadMs) / 2,
  );
  const left = Math.max(0, room - sum(first.map(({ unmet }) => unmet.usable)));
  const part = (left * groups) / (groups + sum(equal.map(({ unmet }) => unmet.groups)));
  const waitsLonger = equal.every((one) => grantedAtMs <= one.grantedAtMs);
  return Math.max(
    left - sum(equal.map(({ unmet }) => unmet.usable)),
    waitsLonger ? Math.ceil(part) : Math.floor(part),
  );
}

/** Returns the unmet demand of a process; `undefined` if it got all its slots. */
export function unmetOf(
  candidates: readonly {
    readonly ask: { readonly priority: number };
    readonly intervalMs: number;
    readonly wanted: number;
  }[],
  nowMs: number,
  askAgainAtMs: number,
): UnmetDemand | undefined {
  const short = candidates.filter(({ wanted }) => wanted > 0);
  if (short.length === 0) return undefined;
  return {
    groups: short.length,
    usable: sum(short.map((one) => Math.min(one.wanted, Math.ceil(horizonMs / one.intervalMs)))),
    priority: Math.min(...short.map(({ ask }) => ask.priority)),
    untilMs: Math.max(nowMs + unmetMs, askAgainAtMs + 1_000),
  };
}

type Rival = LimitProcess & { readonly unmet: UnmetDemand };

/** Returns the other processes with unmet demand. */
function rivalsOf(state: LimitState, name: string, nowMs: number): Rival[] {
  return Object.entries(state.processes).flatMap(([other, process]) => {
    const { unmet } = process;
    const counts = other !== name && unmet && unmet.untilMs >= nowMs && !isSilent(process, nowMs);
    return counts ? [{ ...process, unmet }] : [];
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
