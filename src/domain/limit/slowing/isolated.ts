/**
 * Tells isolated 429s from the 429s of a rate limit, by their share of the target's latest calls.
 * Isolated 429s delay only their own records.
 */
import type { CallReport } from "./call-reports.js";

/** Results of a target's latest calls. Older calls fade out, so the counts are fractions. */
export interface CallCounts {
  readonly answered: number;
  readonly refused: number;
}

/** A target that had a 429 recently and is not slowed down. Its processes report their answers. */
export interface Watch extends CallCounts {
  readonly lastRefusedAtMs: number;
}

/** Number of calls that count. */
const memory = 100;
/**
 * Share of 429s that counts as isolated. Two 429s are isolated, and six among the latest 100 calls.
 */
const isolatedShare = 0.04;
const isolatedAlways = 2;
/**
 * Maximum number of 429s among the latest 100 calls with which a reduced rate near the refused rate
 * grows.
 */
const mostRare = 1.5;
/** Minimum number of 429s for a watch. Fewer would not change a verdict. */
const leastRefused = 0.3;

/** Adds the calls of a report. */
export function withCalls(known: CallCounts, { answered, refused }: CallCounts): CallCounts {
  const sum = { answered: known.answered + answered, refused: known.refused + refused };
  const share = Math.min(1, memory / Math.max(1, sum.answered + sum.refused));
  return { answered: sum.answered * share, refused: sum.refused * share };
}

export function isIsolated({ answered, refused }: CallCounts): boolean {
  return refused <= isolatedAlways + isolatedShare * (answered + refused);
}

export function isRare({ refused }: CallCounts): boolean {
  return refused <= mostRare;
}

/** Returns the watch after a report; `undefined` if no recent call was refused. */
export function watchAfter(
  known: Watch | undefined,
  report: CallReport,
  nowMs: number,
): Watch | undefined {
  if (!known && report.refused === 0) return undefined;
  const counts = withCalls(known ?? { answered: 0, refused: 0 }, report);
  if (report.refused === 0 && counts.refused < leastRefused) return undefined;
  const lastRefusedAtMs = report.refused > 0 ? nowMs : (known?.lastRefusedAtMs ?? nowMs);
  return { ...counts, lastRefusedAtMs };
}
