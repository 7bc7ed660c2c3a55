/**
 * How several processes share a limit. Each remembers at the limit what it could not be given lately, and takes its
 * part of the room of the next 2 s from the front; what others leave it may have soon after.
 */
import { horizonMs, isSilent, leadMs } from "./state.js";
import type { LimitProcess, LimitState, UnmetDemand } from "./state.js";

/** A process that asks. */
export interface Sharing {
  readonly state: LimitState;
  readonly process: string;
  /** How many of its groups want slots. */
  readonly groups: number;
  /** The first of theirs. */
  readonly priority: number;
  readonly nowMs: number;
}

const unmetMs = 5_000;

/**
 * How near the next slot must be. Who got some just now waits for a wave's worth; who went without for longer than the
 * others takes what there is.
 */
export function reachOf({ state, process, nowMs }: Sharing): number {
  const grantedAtMs = state.processes[process]?.grantedAtMs ?? 0;
  const rivals = rivalsOf(state, process, nowMs);
  const waitsLongest = rivals.length > 0 && rivals.every((one) => one.grantedAtMs > grantedAtMs);
  return waitsLongest || nowMs - grantedAtMs >= horizonMs - leadMs ? horizonMs : leadMs;
}

/** How many of the next `room` slots the process may have, beside what others could not be given lately. */
export function shareOf(
  { state, process, groups, priority, nowMs }: Sharing,
  room: number,
): number {
  const grantedAtMs = state.processes[process]?.grantedAtMs ?? 0;
  const rivals = rivalsOf(state, process, nowMs);
  const first = rivals.filter(({ unmet }) => unmet.priority < priority);
  // Who has just had its part of this room wants none of the rest.
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

/** What a process could not be given; `undefined` where it got all. */
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

/** The other processes that could not be given all that they wanted. */
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
