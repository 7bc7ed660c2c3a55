/**
 * A limit's wait for an API that is down. It allows one call at growing intervals, from 2 s to 2
 * min, until one is answered. The intervals grow with the failed calls, not with time, so a machine
 * that slept recovers in seconds.
 */
import type { CallReport } from "./call-reports.js";

export interface Outage {
  readonly sinceMs: number;
  /** The message of the last failure. */
  readonly reason: string;
  readonly tryEveryMs: number;
  /** Earliest time of the next call. */
  readonly nextTryAtMs: number;
}

const firstMs = 2_000;
/** Time in ms after which slots that were given before the outage was known have ended. */
const settleMs = 2_500;
const longestMs = 120_000;
const growth = 1.15;
/** Delay of a call in ms after which the machine must have slept, or no call was wanted. */
const overdueMs = 60_000;

/** Returns the state after a report; `undefined` if the API answers. */
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
