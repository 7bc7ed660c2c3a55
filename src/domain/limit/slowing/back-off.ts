/**
 * The rate of a limit after a 429 and its recovery (additive increase, multiplicative decrease, as
 * in TCP).
 *
 * Refusals reduce the rate by the share of refused calls. Isolated refusals do not reduce it.
 * Answers raise it again: fast while it is far below the last refused rate, slowly near that rate,
 * fast above it. The rate stays just below the API's limit, and recovers within minutes when the
 * API allows more. Even the slowest rate doubles after one answered call.
 */
import type { CallReport } from "./call-reports.js";
import { isIsolated, isRare, withCalls } from "./isolated.js";

export interface BackOff {
  readonly requestsPerMinute: number;
  /** Time of the first refusal since the limit last had its full rate. */
  readonly sinceMs: number;
  /** The rate at which the API last refused some calls and answered others. */
  readonly refusedRate: number;
  /** Earliest time of the next call, which the server asked for. */
  readonly holdUntilMs: number;
  readonly cutAtMs: number;
  /** Start of the time in which answers raise the rate. */
  readonly grownAtMs: number;
  /**
   * Number of calls answered since the last cut took effect, among the latest calls. `refused`
   * counts the same calls.
   */
  readonly answered: number;
  readonly refused: number;
  readonly lastRefusedAtMs: number;
  /** Time of the first refusal since the last answer; `null` after an answer. */
  readonly refusedSinceMs: number | null;
}

/**
 * Time in ms until a cut takes effect. Slots reach 2 s ahead, so calls that were sent within this
 * time used the rate before the cut.
 */
const settleMs = 2_000;
const firstCut = 0.5;
const deepestCut = 0.25;
const slightestCut = 0.8;
/** Growth per second, as exponents: the rate doubles in 14 s, or grows by a fifth in a minute. */
const fastGrowth = 0.05;
const slowGrowth = 0.003;
/** Range around the refused rate, as factors of it. */
const nearFrom = 0.9;
const nearTo = 1.1;
/** Time in ms without a 429 after which the rate grows in any case. */
const quietMs = 20_000;
const mostGrowth = 2;
/** Minimum requests per minute. At a lower rate, an experiment would seem to have stopped. */
const slowestRate = 2;
/**
 * Time in ms without a call after which the time of refusals starts again, because the machine
 * slept or the experiment was paused.
 */
const gapMs = 900_000;
/**
 * Time in ms without a call after which the rate is outdated. At least three calls at that rate
 * must be missing.
 */
const staleMs = 120_000;
const staleCalls = 3;

/** @param fullRate requests per minute without back-off */
export function backOffAfter(
  known: BackOff | undefined,
  report: CallReport,
  { fullRate, nowMs }: { readonly fullRate: number; readonly nowMs: number },
): BackOff | undefined {
  if (report.refused === 0 && !known) return undefined;
  const begun = known ?? firstBackOff(fullRate, nowMs);
  // The full rate may have become known, or lower, since the back-off began.
  const counted = { ...begun, requestsPerMinute: Math.min(begun.requestsPerMinute, fullRate) };
  const after =
    report.refused > 0 ? refuse(counted, report, nowMs) : answer(counted, report, nowMs);
  if (!known) return { ...after, requestsPerMinute: rateOf(fullRate * firstCut, fullRate) };
  const settled = report.refused > 0 ? cut(after, report, { fullRate, nowMs }) : after;
  return settled.requestsPerMinute >= fullRate && settled.holdUntilMs <= nowMs
    ? undefined
    : settled;
}

/**
 * False once the target has had no calls for a long time. The API may then allow the full rate
 * again.
 */
export function isFresh(backOff: BackOff, nowMs: number): boolean {
  const { cutAtMs, grownAtMs, holdUntilMs, lastRefusedAtMs, requestsPerMinute } = backOff;
  const latestMs = Math.max(cutAtMs, grownAtMs, holdUntilMs, lastRefusedAtMs);
  return nowMs - latestMs <= Math.max(staleMs, (staleCalls * 60_000) / requestsPerMinute);
}

function firstBackOff(fullRate: number, nowMs: number): BackOff {
  const none = {
    holdUntilMs: 0,
    answered: 0,
    refused: 0,
    lastRefusedAtMs: nowMs,
    refusedSinceMs: null,
  };
  const begin = { sinceMs: nowMs, cutAtMs: nowMs, grownAtMs: nowMs + settleMs };
  return { requestsPerMinute: fullRate, refusedRate: fullRate, ...none, ...begin };
}

function refuse(backOff: BackOff, report: CallReport, nowMs: number): BackOff {
  const { lastRefusedAtMs, holdUntilMs, refusedSinceMs } = backOff;
  const counted = count(backOff, report, nowMs);
  const holdForMs = isTolerated(counted) ? 0 : (report.holdForMs ?? 0);
  const isGap = nowMs - Math.max(lastRefusedAtMs, holdUntilMs) > gapMs;
  const answered = report.answered > 0;
  return {
    ...counted,
    lastRefusedAtMs: nowMs,
    refusedSinceMs: answered || isGap ? nowMs : (refusedSinceMs ?? nowMs),
    holdUntilMs: Math.max(holdUntilMs, nowMs + holdForMs),
  };
}

/** True if the calls since the last cut show that the rate is right. */
function isTolerated(backOff: BackOff): boolean {
  return backOff.answered > 0 && isIsolated(backOff);
}

function count(backOff: BackOff, report: CallReport, nowMs: number): BackOff {
  if (nowMs < backOff.cutAtMs + settleMs) return backOff;
  return { ...backOff, ...withCalls(backOff, report) };
}

/** Cuts the rate once for all refused calls at the same rate. */
function cut(
  backOff: BackOff,
  { refusedSentMsAgo = 0, holdForMs }: CallReport,
  { fullRate, nowMs }: { readonly fullRate: number; readonly nowMs: number },
): BackOff {
  const { cutAtMs, holdUntilMs, requestsPerMinute: rate, refusedRate } = backOff;
  const { answered, refused } = backOff;
  if (nowMs - refusedSentMsAgo < cutAtMs + settleMs || isTolerated(backOff)) return backOff;
  // The server names a time and answers nothing before that time, so its refusals say nothing about
  // the rate.
  if (answered === 0 && holdForMs !== undefined) return backOff;
  const share = answered / Math.max(1, answered + refused);
  const factor = Math.min(slightestCut, Math.max(deepestCut, share));
  return {
    ...backOff,
    requestsPerMinute: rateOf(rate * factor, fullRate),
    // If no call is answered, the rate is not the cause.
    refusedRate: answered > 0 ? rate : refusedRate,
    cutAtMs: nowMs,
    grownAtMs: Math.max(nowMs + settleMs, holdUntilMs),
    answered: 0,
    refused: 0,
  };
}

function rateOf(wanted: number, fullRate: number): number {
  return Math.max(wanted, Math.min(slowestRate, fullRate / 4));
}

function answer(backOff: BackOff, report: CallReport, nowMs: number): BackOff {
  if (report.answered === 0) return backOff;
  const rest = { ...count(backOff, report, nowMs), refusedSinceMs: null };
  const growing = nowMs - backOff.grownAtMs;
  if (growing <= 0) return rest;
  const { requestsPerMinute: rate, refusedRate } = rest;
  const isNear = rate >= refusedRate * nearFrom && rate <= refusedRate * nearTo;
  // Near the refused rate, more than a few 429s show that the API allows less.
  const isRight = isRare(rest) || nowMs - rest.lastRefusedAtMs > quietMs;
  const nearGrowth = isRight ? slowGrowth : -slowGrowth;
  const growth = Math.exp(((isNear ? nearGrowth : fastGrowth) * growing) / 1_000);
  return { ...rest, requestsPerMinute: rate * Math.min(mostGrowth, growth), grownAtMs: nowMs };
}
