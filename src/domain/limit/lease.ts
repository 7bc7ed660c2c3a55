/**
 * The arithmetic of a limit, as a pure function of its state, a request and the time.
 *
 * It is the generic cell rate algorithm without bursts. Each slot is one interval after the last
 * one, or as soon as it can be used if that is later. Nothing bursts after an outage, and a higher
 * rate applies from the next slot. Each group has its own last slot, for its own rate. Slots reach
 * at most 2 s ahead. If several groups want slots, they go by priority, then to the group with the
 * oldest last slot. Several processes share by their recent unmet demand: a process gets its share
 * of the room from the front, and soon afterwards what others leave.
 */
import { defined } from "../defined.js";
import { countCalls, dayLeft, noQuota, scarcer, startDays } from "./day-counts.js";
import type { DayLeft } from "./day-counts.js";
import { withinMinute } from "./last-minute.js";
import type { GroupAsk, LeaseAnswer, LeaseRequest } from "./lease-messages.js";
import { forgetWorkers, groupCalls, noteCalls, unclaimedSlots } from "./calls.js";
import { giveSlots } from "./give-slots.js";
import type { Candidate, Round } from "./round.js";
import { noteReports, slowedTargets } from "./slowing/noting-reports.js";
import { setBackTo } from "./set-back.js";
import { noteSettlements } from "./note-settlements.js";
import { noteRecent } from "./recent-calls.js";
import { forgetTheAbsent, isLive, limitRate, limitTokens, slotIntervalMs } from "./state.js";
import type { Holder, LimitProcess, LimitState } from "./state.js";
import { slowedRate } from "./slowing/slowing.js";
import { unmetOf } from "./sharing.js";
import { currentRatesOf, isNewer } from "../rates/current-rates.js";
import type { CurrentRates } from "../rates/current-rates.js";
import type { DailyQuota } from "../rates/rates.js";
import { msOfTokens, paceAt, unknownTokens } from "./token-pace.js";

/**
 * Maximum wait of a process in ms before it asks again. Its groups stay live if it asks this often.
 */
const longestWaitMs = 15_000;
/**
 * The same for the only process of a limit while it has no call in flight. Each request costs the
 * server five writes, and at one call a minute most requests would bring no slot.
 */
const longestQuietWaitMs = 50_000;
const shortestWaitMs = 20;

export function lease(
  state: LimitState,
  request: LeaseRequest,
  nowMs: number,
): [state: LimitState, answer: LeaseAnswer] {
  const alive = forgetWorkers(setBackTo(state, nowMs), request.endedWorkers ?? []);
  const present = noteSettlements(forgetTheAbsent(alive, nowMs), request);
  const known = noteCalls(present, request, nowMs);
  const asked = noteAsks(known, request, nowMs);
  const noted = atRates(noteReports(asked, request.reports ?? [], nowMs), nowMs);
  const round = roundOf(noted, request, nowMs);
  const given = noted.requestsPerMinute === null ? undefined : giveSlots(round);
  const longestAtMs = nowMs + (isQuiet(noted, request) ? longestQuietWaitMs : longestWaitMs);
  const askAgainAtMs = Math.max(
    nowMs + shortestWaitMs,
    Math.min(longestAtMs, given?.askAgainAtMs ?? longestAtMs),
  );
  const next = settle({ ...noted, ...given?.left }, { round, askAgainAtMs });
  return [next, answerOf(next, { round, askAgainAtMs })];
}

/**
 * True if there is no other process, and this one has no call in flight. Users see calls in flight
 * by its requests. A cap may be raised at any time, which is noticed at the next request.
 */
function isQuiet({ cap, processes }: LimitState, { process, asks }: LeaseRequest): boolean {
  const isAlone = Object.keys(processes).every((name) => name === process);
  return isAlone && Object.keys(cap).length === 0 && asks.every(({ running }) => running === 0);
}

function answerOf(state: LimitState, { round, askAgainAtMs }: Settling): LeaseAnswer {
  const { candidates, nowMs } = round;
  // A lapsed slot returns its call to the daily quota, so the group waits here until all slots are
  // claimed.
  const usedUp = candidates.filter(
    (candidate) => isUsedUp(candidate) && unclaimedSlots(state, candidate.ask.group, nowMs) === 0,
  );
  const slowed = slowedTargets(state, nowMs);
  return {
    nowMs,
    grants: candidates
      .filter(({ slots }) => slots.length > 0)
      .map(({ ask, slots }) => ({ group: ask.group, slots })),
    askAgainAtMs,
    reportCalls: capsCalls(state),
    ...defined({ requestsPerMinute: limitRate(state, nowMs) }),
    ...tokensOf(state),
    ...(slowed.length > 0 && { slowed }),
    ...(usedUp.length > 0 && {
      usedUp: usedUp.map(({ ask, day }) => ({ group: ask.group, untilMs: day.endsAtMs })),
    }),
  };
}

function noteAsks(state: LimitState, request: LeaseRequest, nowMs: number): LimitState {
  const holders = { ...state.holders };
  const quotas: { quota: DailyQuota; group?: string }[] = [];
  for (const ask of request.asks) {
    if (ask.wanted === 0) continue;
    const holder = holderAfter(holders[ask.group], ask, nowMs);
    holders[ask.group] = holder;
    if (holder.requestsPerDay) quotas.push({ quota: holder.requestsPerDay, group: ask.group });
  }
  if (state.cap.requestsPerDay) quotas.push({ quota: state.cap.requestsPerDay });
  const days = startDays(state.days ?? {}, quotas, nowMs);
  const lastMinute = withinMinute(state.lastMinute, nowMs);
  const noted = { ...state, holders, lastMinute };
  return Object.keys(days).length === 0 ? noted : { ...noted, days };
}

function holderAfter(known: Holder | undefined, ask: GroupAsk, nowMs: number): Holder {
  const rates = newestRates(known, ask);
  const { tokensPerMinute } = rates;
  const { lastSlotAtMs = null, unclaimed = [], waitsSinceMs, lastMinute = [] } = known ?? {};
  return {
    ...rates,
    priority: ask.priority,
    more: ask.retriesOnly ? known?.more : ask.more,
    lastSlotAtMs,
    lastAskAtMs: nowMs,
    unclaimed,
    waitsSinceMs,
    ...defined({ recent: known?.recent }),
    ...(tokensPerMinute !== undefined && {
      tokens: paceAt(known?.tokens, tokensPerMinute, nowMs),
      lastMinute: withinMinute(lastMinute, nowMs),
    }),
  };
}

/**
 * Returns the newest rates of a group. A request from before a change of the rates never undoes the
 * change.
 */
function newestRates(known: Holder | undefined, ask: GroupAsk): CurrentRates {
  const isKnownBetter =
    known && (isNewer(known, ask) || (ask.retriesOnly === true && !isNewer(ask, known)));
  return currentRatesOf(isKnownBetter ? known : ask);
}

/** Drops free slots from another rate, because their distances are wrong. */
function atRates(state: LimitState, nowMs: number): LimitState {
  const paced = atTokenRate(state, nowMs);
  const full = limitRate(paced, nowMs);
  const rate =
    full === undefined ? paced.requestsPerMinute : Math.min(full, slowedRate(paced.slowing));
  if (rate === paced.requestsPerMinute) return paced;
  return { ...paced, freeSlots: [], requestsPerMinute: rate };
}

/** Applies the token rate. Without live holders, the remaining wait for tokens stays. */
function atTokenRate({ tokens, ...state }: LimitState, nowMs: number): LimitState {
  const tokensPerMinute = limitTokens(state, nowMs);
  if (Number.isFinite(tokensPerMinute)) {
    return { ...state, tokens: paceAt(tokens, tokensPerMinute, nowMs) };
  }
  const isAnybodyLive = Object.values(state.holders).some((holder) => isLive(holder, nowMs));
  return tokens && !isAnybodyLive ? { ...state, tokens } : state;
}

function roundOf(state: LimitState, request: LeaseRequest, nowMs: number): Round {
  const day = dayOfAll(state, nowMs);
  const candidates = request.asks
    .filter((ask) => ask.wanted > 0)
    .map((ask) => candidateOf(state, { ask, day, nowMs }));
  const interval = slotIntervalMs(state.requestsPerMinute ?? 1);
  return { state, request, candidates, interval, day, nowMs };
}

/**
 * Returns the rest of the day for all groups. Uses the largest quota of the live holders (none if
 * one has no quota) and the quota from `limits set`.
 */
function dayOfAll(state: LimitState, nowMs: number): DayLeft {
  const { days = {}, cap } = state;
  const quotas = Object.values(state.holders)
    .filter((holder) => isLive(holder, nowMs))
    .map((holder) => holder.requestsPerDay);
  const largest = quotas.reduce(
    (one, other) => (one && other && other.requests > one.requests ? other : other && one),
    quotas[0],
  );
  const byCap = cap.requestsPerDay ? dayLeft(days, cap.requestsPerDay) : noQuota;
  return largest ? scarcer(byCap, dayLeft(days, largest)) : byCap;
}

interface Asking {
  readonly ask: GroupAsk;
  readonly day: DayLeft;
  readonly nowMs: number;
}

function candidateOf(state: LimitState, { ask, day, nowMs }: Asking): Candidate {
  const holder = holderOf(state, ask.group);
  const { requestsPerMinute, inFlight, requestsPerDay, lastSlotAtMs } = holder;
  const own = requestsPerDay ? dayLeft(state.days ?? {}, requestsPerDay, ask.group) : noQuota;
  return {
    ask,
    intervalMs: slotIntervalMs(requestsPerMinute),
    maxCalls: inFlight ?? Infinity,
    tokens: ask.tokens ?? unknownTokens,
    day: scarcer(own, day),
    lastAtMs: lastSlotAtMs ?? -Infinity,
    wanted: ask.wanted,
    given: 0,
    calls: inFlight === undefined ? 0 : groupCalls(state, ask.group, nowMs),
    slots: [],
    pace: holder.tokens,
    spent: [...(holder.lastMinute ?? [])],
  };
}

function holderOf(state: LimitState, group: string): Holder {
  const holder = state.holders[group];
  if (!holder) throw new Error(`Expected ${group} to be noted before it is given slots.`);
  return holder;
}

function isUsedUp({ given, day }: Candidate): boolean {
  return given === 0 && day.calls === 0;
}

interface Settling {
  readonly round: Round;
  readonly askAgainAtMs: number;
}

/** Writes the given slots and the unmet demand into the state. */
function settle(state: LimitState, { round, askAgainAtMs }: Settling): LimitState {
  const { request, candidates, nowMs } = round;
  const holders = { ...state.holders };
  let days = state.days ?? {};
  for (const candidate of candidates) {
    const { group } = candidate.ask;
    holders[group] = holderServed(holderOf(state, group), candidate, nowMs);
    days = countCalls(days, group, candidate.given);
  }
  const known = state.processes[request.process];
  const granted = candidates.some(({ given }) => given > 0);
  const short = candidates
    .filter((candidate) => !isUsedUp(candidate))
    .map((candidate) => ({ ...candidate, intervalMs: wantsEveryMs(candidate, state) }));
  const unmet = unmetOf(short, nowMs, askAgainAtMs);
  const process: LimitProcess = {
    seenAtMs: nowMs,
    grantedAtMs: granted ? nowMs : (known?.grantedAtMs ?? 0),
    calls: known?.calls ?? {},
    ...defined({ unmet }),
  };
  return {
    ...state,
    holders,
    processes: { ...state.processes, [request.process]: process },
    ...(state.days && { days }),
  };
}

function holderServed(holder: Holder, candidate: Candidate, nowMs: number): Holder {
  const { given, slots, lastAtMs, pace, spent, day } = candidate;
  const { waitsSinceMs = nowMs } = holder;
  if (isUsedUp(candidate)) return { ...holder, usedUpUntilMs: day.endsAtMs };
  if (given === 0) return { ...holder, waitsSinceMs };
  return {
    ...holder,
    waitsSinceMs: undefined,
    more: holder.more === true || candidate.wanted > 0,
    lastSlotAtMs: lastAtMs,
    unclaimed: [...holder.unclaimed, ...slots],
    recent: noteRecent(holder.recent, slots),
    ...(pace && { tokens: pace, lastMinute: spent }),
  };
}

/**
 * Returns the time by which a call delays the candidate's next call, due to its own rate or the
 * tokens of all groups.
 */
function wantsEveryMs({ intervalMs, tokens }: Candidate, { tokens: pace }: LimitState): number {
  return pace ? Math.max(intervalMs, msOfTokens(tokens, pace.tokensPerMinute)) : intervalMs;
}

function capsCalls(state: LimitState): boolean {
  return (
    state.cap.inFlight !== undefined ||
    Object.values(state.holders).some((holder) => holder.inFlight !== undefined)
  );
}

function tokensOf({ tokens, holders }: LimitState): Pick<LeaseAnswer, "tokensPerMinute"> {
  if (tokens) return { tokensPerMinute: tokens.tokensPerMinute };
  const own = Object.values(holders).flatMap(({ tokensPerMinute = [] }) => tokensPerMinute);
  return own.length === 0 ? {} : { tokensPerMinute: Math.max(...own) };
}
