import type {
  GroupAsk,
  LeaseAnswer,
  LeaseRequest,
} from "../../../src/domain/limit/lease-messages.js";
import { emptyLimit } from "../../../src/domain/limit/state.js";
import type { LimitState } from "../../../src/domain/limit/state.js";
import { lease } from "../../../src/domain/limit/lease.js";
import { instantsOf } from "../../../src/domain/limit/slots.js";

export const start = 1_700_000_000_000;

/** A call as a limit let it go. */
export interface SimulatedCall {
  readonly atMs: number;
  readonly group: string;
  readonly tokens: number;
}

/** A group's calls in a process, one after the other, each with a number of tokens. */
export interface SimulatedGroup {
  readonly rates: Pick<GroupAsk, "requestsPerMinute" | "tokensPerMinute" | "requestsPerDay">;
  readonly priority?: number;
  /** Tokens of the nth call. */
  readonly tokensOf: (index: number) => number;
  /** Tokens that the process expects. @default the used tokens */
  readonly estimateOf?: (index: number) => number;
  /** From its send to the report of what it used. @default 500 */
  readonly latencyMs?: number;
  /** How many calls it wants at once. @default as many as two seconds of its rate */
  readonly wave?: number;
}

export interface Simulation {
  readonly calls: readonly SimulatedCall[];
  readonly answers: readonly LeaseAnswer[];
  readonly state: LimitState;
}

/**
 * Each group in a process of its own, which asks when it is told to and tells what its calls have
 * used.
 */
export function simulateTokens(
  groups: Readonly<Record<string, SimulatedGroup>>,
  durationMs: number,
  from: LimitState = emptyLimit,
): Simulation {
  let state = from;
  const calls: SimulatedCall[] = [];
  const answers: LeaseAnswer[] = [];
  const processes = Object.entries(groups).map(([group, options], index) => {
    return { group, ...options, dueAtMs: start + index, next: 0, settled: 0, open: [] as Open[] };
  });
  for (let nowMs = start; nowMs < start + durationMs; nowMs += 5) {
    for (const process of processes) {
      for (const ended of process.open.filter(({ endsAtMs }) => endsAtMs <= nowMs)) {
        process.settled += ended.used - ended.counted;
      }
      process.open = process.open.filter(({ endsAtMs }) => endsAtMs > nowMs);
      if (process.dueAtMs > nowMs) continue;
      const { rates, priority = 3, wave = Math.ceil(rates.requestsPerMinute / 30) } = process;
      const { tokensOf, estimateOf = tokensOf, latencyMs = 500, next } = process;
      const estimates = Array.from({ length: wave }, (_, index) => estimateOf(next + index));
      const fitting = fit(estimates, rates.tokensPerMinute);
      const mean = fitting.reduce((sum, one) => sum + one, 0) / fitting.length;
      const request: LeaseRequest = {
        process: process.group,
        asks: [
          {
            group: process.group,
            ...rates,
            priority,
            wanted: fitting.length,
            more: true,
            tokens: mean,
            claimed: 0,
            running: 0,
            settledTokens: process.settled,
          },
        ],
      };
      const [after, answer] = lease(state, request, nowMs);
      state = after;
      answers.push(answer);
      const instants = answer.grants.flatMap(({ slots }) => [...instantsOf(slots)]);
      // As a page does: when its slots are nearly used up.
      const lastAtMs = instants.at(-1);
      process.dueAtMs =
        lastAtMs === undefined ? answer.askAgainAtMs : Math.max(nowMs + 5, lastAtMs - 1_300);
      for (const atMs of instants) {
        const used = tokensOf(process.next);
        process.next += 1;
        calls.push({ atMs, group: process.group, tokens: used });
        process.open.push({ endsAtMs: atMs + latencyMs, used, counted: mean });
      }
    }
  }
  calls.sort((a, b) => a.atMs - b.atMs);
  return { calls, answers, state };
}

interface Open {
  readonly endsAtMs: number;
  readonly used: number;
  readonly counted: number;
}

/** As `leaseSlots` cuts a wave: as many as two seconds of tokens allow, one at least. */
function fit(estimates: readonly number[], tokensPerMinute = Infinity): number[] {
  let left = tokensPerMinute / 30;
  const fitting: number[] = [];
  for (const tokens of estimates) {
    left -= tokens;
    if (left < 0 && fitting.length > 0) break;
    fitting.push(tokens);
  }
  return fitting;
}

/** Most tokens that calls of any minute use. */
export function mostTokensInAnyMinute(calls: readonly SimulatedCall[]): number {
  let most = 0;
  let first = 0;
  let sum = 0;
  for (const call of calls) {
    sum += call.tokens;
    while ((calls[first]?.atMs ?? 0) <= call.atMs - 60_000) {
      sum -= calls[first]?.tokens ?? 0;
      first += 1;
    }
    most = Math.max(most, sum);
  }
  return most;
}

/** The share of a limit's tokens that was used between two times. */
export function shareUsed(
  calls: readonly SimulatedCall[],
  tokensPerMinute: number,
  [fromMs, toMs]: readonly [number, number],
): number {
  const used = calls
    .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
    .reduce((sum, { tokens }) => sum + tokens, 0);
  return used / ((tokensPerMinute * (toMs - fromMs)) / 60_000);
}
