/**
 * The arithmetic of a limit, as a pure function of its state, a request and the time.
 *
 * It is the generic cell rate algorithm without a burst: each slot lies an interval after the last one, or as soon
 * as one can be used, whichever is later; so after an outage nothing bursts, and a raised rate is felt from the next slot on. Each group
 * has such an instant of its own, for its own rate. Slots reach at most 2 s ahead. Where several groups want them they
 * go by priority, then to the group whose last slot is the oldest. Several processes share by what each could not be
 * given lately: a process gets its part of the room from the front, and what others leave it may have soon after.
 */
import type { GroupAsk, LeaseAnswer, LeaseRequest } from "./lease.js";
import { groupCalls, limitCalls, noteCalls } from "./limit-calls.js";
import {
  forgetTheAbsent,
  horizonMs,
  leadMs,
  limitInFlight,
  limitRate,
  slotIntervalMs,
  type Holder,
  type LimitProcess,
  type LimitState,
} from "./limit-state.js";
import { reachOf, shareOf, type Sharing, unmetOf } from "./limit-sharing.js";
import { appendSlot, instantsOf, type SlotRun } from "./slots.js";

/** From a lease to the send there are some steps: a slot that is nearer than this would come late, and bunch with the next. */
const nearestMs = 150;
const shareAgainMs = 250;
const inFlightAgainMs = 1_000;
/** A waiting process asks at least this often, so that its groups stay live. */
const longestWaitMs = 15_000;
const shortestWaitMs = 20;
/** Instants are sums of fractions. */
const toleranceMs = 0.001;

/** A group of the asking process while slots are given out. */
interface Candidate {
  readonly ask: GroupAsk;
  readonly intervalMs: number;
  readonly maxCalls: number;
  lastAtMs: number;
  wanted: number;
  calls: number;
  slots: SlotRun[];
}

/** Why a process did not get all that it wanted, as the instant when it should ask again. */
interface Shortage {
  askAgainAtMs: number;
}

export function lease(
  state: LimitState,
  request: LeaseRequest,
  nowMs: number,
): [state: LimitState, answer: LeaseAnswer] {
  const known = noteCalls(forgetTheAbsent(state, nowMs), request, nowMs);
  const noted = atRate(noteAsks(known, request, nowMs), nowMs);
  const candidates = candidatesOf(noted, request, nowMs);
  const rate = noted.requestsPerMinute;
  const shortage: Shortage = { askAgainAtMs: nowMs + longestWaitMs };
  const given =
    rate === null || candidates.length === 0
      ? {}
      : giveSlots({
          state: noted,
          request,
          candidates,
          interval: slotIntervalMs(rate),
          nowMs,
          shortage,
        });
  const askAgainAtMs = Math.max(nowMs + shortestWaitMs, shortage.askAgainAtMs);
  const next = settle({ ...noted, ...given }, { request, candidates, nowMs, askAgainAtMs });
  return [
    next,
    {
      nowMs,
      grants: candidates
        .filter(({ slots }) => slots.length > 0)
        .map(({ ask, slots }) => ({ group: ask.group, slots })),
      askAgainAtMs,
      reportCalls: capsCalls(next),
    },
  ];
}

function noteAsks(state: LimitState, request: LeaseRequest, nowMs: number): LimitState {
  const holders = { ...state.holders };
  for (const ask of request.asks) {
    if (ask.wanted === 0) continue;
    const known = holders[ask.group];
    const { requestsPerMinute, inFlight } = ask.retriesOnly && known ? known : ask;
    holders[ask.group] = {
      requestsPerMinute,
      ...(inFlight === undefined ? {} : { inFlight }),
      priority: ask.priority,
      lastSlotAtMs: known?.lastSlotAtMs ?? null,
      lastAskAtMs: nowMs,
      unclaimed: known?.unclaimed ?? [],
    };
  }
  const holdUntilMs = Math.max(state.holdUntilMs, nowMs + (request.holdForMs ?? -nowMs));
  return { ...state, holders, holdUntilMs };
}

/** Slots left free at another rate are too near to one another, or too few. */
function atRate(state: LimitState, nowMs: number): LimitState {
  const rate = limitRate(state, nowMs) ?? state.requestsPerMinute;
  if (rate === state.requestsPerMinute) return state;
  return { ...state, freeSlots: [], requestsPerMinute: rate };
}

function candidatesOf(state: LimitState, request: LeaseRequest, nowMs: number): Candidate[] {
  return request.asks
    .filter((ask) => ask.wanted > 0)
    .map((ask) => {
      const { requestsPerMinute, inFlight, lastSlotAtMs } = holderOf(state, ask.group);
      return {
        ask,
        intervalMs: slotIntervalMs(requestsPerMinute),
        maxCalls: inFlight ?? Infinity,
        lastAtMs: lastSlotAtMs ?? -Infinity,
        wanted: ask.wanted,
        calls: inFlight === undefined ? 0 : groupCalls(state, ask.group, nowMs),
        slots: [],
      };
    });
}

function holderOf(state: LimitState, group: string): Holder {
  const holder = state.holders[group];
  if (!holder) throw new Error(`Expected ${group} to be noted before it is given slots.`);
  return holder;
}

interface Giving {
  readonly state: LimitState;
  readonly request: LeaseRequest;
  readonly candidates: readonly Candidate[];
  readonly interval: number;
  readonly nowMs: number;
  readonly shortage: Shortage;
}

/** What a round leaves of the limit's own slots. */
type Given = Pick<LimitState, "lastSlotAtMs" | "freeSlots">;

/** Gives slots to the candidates, in the order of time. */
function giveSlots(giving: Giving): Given {
  const { state, interval, nowMs, shortage } = giving;
  const earliestMs = Math.max(nowMs + nearestMs, state.holdUntilMs);
  const known = [...instantsOf(state.freeSlots)].filter((atMs) => atMs >= earliestMs);
  const newAtMs = Math.max(earliestMs, (state.lastSlotAtMs ?? -Infinity) + interval);
  const firstAtMs = known[0] ?? newAtMs;
  const sharing = sharingOf(giving);
  if (firstAtMs > nowMs + reachOf(sharing)) {
    needAgain(shortage, firstAtMs - leadMs);
    return { lastSlotAtMs: state.lastSlotAtMs, freeSlots: toRuns(known) };
  }
  const room = known.length + Math.max(0, Math.ceil((nowMs + horizonMs - newAtMs) / interval));
  const giveOne = giver(giving, shareOf(sharing, room));
  let lastSlotAtMs = state.lastSlotAtMs;
  const free: number[] = [];
  let skipped: number[] = [];
  for (const atMs of slotsAhead(known, newAtMs, interval)) {
    const gift = atMs < nowMs + horizonMs ? giveOne(atMs) : "over";
    if (gift === "over") {
      free.push(...known.filter((one) => one >= atMs));
      break;
    }
    if (atMs < newAtMs) {
      if (gift === "skipped") free.push(atMs);
    } else if (gift === "skipped") {
      skipped.push(atMs);
    } else {
      free.push(...skipped);
      skipped = [];
      lastSlotAtMs = atMs;
    }
  }
  noteWhenMore(giving, free[0] ?? Math.max(newAtMs, (lastSlotAtMs ?? 0) + interval));
  return { lastSlotAtMs, freeSlots: toRuns(free) };
}

/** Gives the slot at an instant to one of the candidates; `skipped` where none may go yet, `over` where nothing more can be given. */
function giver(giving: Giving, quota: number): (atMs: number) => "given" | "skipped" | "over" {
  const { state, candidates, interval, nowMs, shortage } = giving;
  const maxCalls = limitInFlight(state, nowMs);
  let calls = Number.isFinite(maxCalls) ? limitCalls(state, nowMs) : 0;
  let left = quota;
  return (atMs) => {
    const waiting = candidates.filter((one) => one.wanted > 0 && one.calls < one.maxCalls);
    if (waiting.length === 0) return "over";
    if (left === 0) needAgain(shortage, nowMs + shareAgainMs);
    if (left === 0 || calls >= maxCalls) return "over";
    const chosen = waiting
      .filter((one) => nextOf(one, nowMs) <= atMs + toleranceMs)
      .reduce<Candidate | undefined>(
        (best, one) => (best && !goesBefore(one, best) ? best : one),
        undefined,
      );
    if (!chosen) return "skipped";
    chosen.slots = appendSlot(chosen.slots, atMs);
    // Its own rate counts from when it was due, at most one of the limit's slots ago: so the grid costs it nothing.
    const dueAtMs = nextOf(chosen, nowMs);
    chosen.lastAtMs = isAbout(dueAtMs, atMs) ? atMs : Math.max(dueAtMs, atMs - interval);
    chosen.wanted -= 1;
    chosen.calls += 1;
    calls += 1;
    left -= 1;
    return "given";
  };
}

/** When those who did not get all should ask again. */
function noteWhenMore({ state, candidates, nowMs, shortage }: Giving, nextAtMs: number): void {
  const maxCalls = limitInFlight(state, nowMs);
  const capped = Number.isFinite(maxCalls) && limitCalls(state, nowMs) >= maxCalls;
  for (const one of candidates) {
    if (one.wanted === 0) continue;
    const full = capped || one.calls >= one.maxCalls;
    const dueAtMs = Math.max(nextAtMs, nextOf(one, nowMs)) - leadMs;
    needAgain(shortage, full ? Math.max(dueAtMs, nowMs + inFlightAgainMs) : dueAtMs);
  }
}

function goesBefore(one: Candidate, other: Candidate): boolean {
  if (one.ask.priority !== other.ask.priority) return one.ask.priority < other.ask.priority;
  return one.lastAtMs < other.lastAtMs;
}

function nextOf(candidate: Candidate, nowMs: number): number {
  return Math.max(nowMs + nearestMs, candidate.lastAtMs + candidate.intervalMs);
}

/** Sums of fractions drift apart: a group whose own instants ran ahead of the limit's would miss a slot in time. */
function isAbout(oneMs: number, otherMs: number): boolean {
  return Math.abs(oneMs - otherMs) <= toleranceMs;
}

function needAgain(shortage: Shortage, atMs: number): void {
  shortage.askAgainAtMs = Math.min(shortage.askAgainAtMs, atMs);
}

function sharingOf({ state, request, candidates, nowMs }: Giving): Sharing {
  const priority = Math.min(...candidates.map(({ ask }) => ask.priority));
  return { state, process: request.process, groups: candidates.length, priority, nowMs };
}

function* slotsAhead(
  known: readonly number[],
  newAtMs: number,
  interval: number,
): Generator<number> {
  yield* known;
  for (let index = 0; ; index += 1) yield newAtMs + index * interval;
}

function toRuns(instants: readonly number[]): SlotRun[] {
  return instants.reduce<SlotRun[]>(appendSlot, []);
}
interface Settling {
  readonly request: LeaseRequest;
  readonly candidates: readonly Candidate[];
  readonly nowMs: number;
  readonly askAgainAtMs: number;
}

/** Writes what was given, and what could not be, into the state. */
function settle(state: LimitState, settling: Settling): LimitState {
  const { request, candidates, nowMs, askAgainAtMs } = settling;
  const holders = { ...state.holders };
  for (const { ask, lastAtMs, slots } of candidates) {
    const holder = holders[ask.group];
    if (!holder || slots.length === 0) continue;
    const unclaimed = [...holder.unclaimed, ...slots];
    holders[ask.group] = { ...holder, lastSlotAtMs: lastAtMs, unclaimed };
  }
  const known = state.processes[request.process];
  const granted = candidates.some(({ slots }) => slots.length > 0);
  const unmet = unmetOf(candidates, nowMs, askAgainAtMs);
  const process: LimitProcess = {
    seenAtMs: nowMs,
    grantedAtMs: granted ? nowMs : (known?.grantedAtMs ?? 0),
    calls: known?.calls ?? {},
    ...(unmet ? { unmet } : {}),
  };
  return { ...state, holders, processes: { ...state.processes, [request.process]: process } };
}

function capsCalls(state: LimitState): boolean {
  return (
    state.cap.inFlight !== undefined ||
    Object.values(state.holders).some((holder) => holder.inFlight !== undefined)
  );
}
