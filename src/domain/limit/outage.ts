/**
 * How a limit waits for an API that is down: nothing goes but one call at growing intervals, from 2 s to 2 min, until
 * one is answered. The intervals grow with the calls that failed and not with the time, so that a machine that slept
 * is back in seconds.
 */
import type { CallReport } from "./call-reports.js";

export interface Outage {
  readonly sinceMs: number;
  /** In the words of the last failure. */
  readonly reason: string;
  readonly tryEveryMs: number;
  /** Nothing goes before. */
  readonly nextTryAtMs: number;
}

const firstMs = 2_000;
/** Slots that were given before it was known reach so far. */
const settleMs = 2_500;
const longestMs = 120_000;
const growth = 1.15;
/** A call that is so much overdue: the machine slept, or nobody wanted to call. */
const overdueMs = 60_000;

/** What is known after a report: `undefined` where the API answers. */
export function outageAfter(
  known: Outage | undefined,
  report: CallReport,
  nowMs: number,
): Outage | undefined {
  if (report.answered > 0 || report.refused > 0) return undefined;
  const { away } = report;
  if (!away) return known;
  const { reason, holdForMs = 0 } = away;
  const wishMs = Math.min(longestMs, holdForMs);
  if (!known) {
    const nextTryAtMs = nowMs + Math.max(settleMs, wishMs);
    return { sinceMs: nowMs, reason, tryEveryMs: firstMs, nextTryAtMs };
  }
  const isTry = nowMs - away.sentMsAgo >= known.nextTryAtMs;
  if (!isTry) return { ...known, reason };
  const isOverdue = nowMs - known.nextTryAtMs > overdueMs;
  const tryEveryMs = isOverdue ? firstMs : Math.min(longestMs, known.tryEveryMs * growth);
  return { ...known, reason, tryEveryMs, nextTryAtMs: nowMs + Math.max(tryEveryMs, wishMs) };
}
