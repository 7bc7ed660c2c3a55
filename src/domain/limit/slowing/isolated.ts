/**
 * Distinguishes isolated 429s, which delay only their own record, from those of a limit, by their
 * share of the target's latest calls.
 */
import type { CallReport } from "./call-reports.js";

/** The ends of a target's latest calls. Older calls fade out, so the counts are fractions. */
export interface CallCounts {
  readonly answered: number;
  readonly refused: number;
}

/** A target with a recent 429 that is not slowed down. Its processes report their answers. */
export interface Watch extends CallCounts {
  readonly lastRefusedAtMs: number;
}

/** Number of calls that count. */
const memory = 100;
/** Two 429s are isolated, and six among the latest 100 calls. */
const isolatedShare = 0.04;
const isolatedAlways = 2;
/**
 * Near the refused rate, a reduced rate grows up to this number of 429s among the latest 100 calls.
 */
const mostRare = 1.5;
/** Below this, a watch would not change a verdict. */
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

/** The watch after a report; `undefined` if no recent call was refused. */
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
