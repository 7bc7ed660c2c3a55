import type { TargetPlan } from "./target-plan.js";

/** Assumed time of a call before any is measured: ordinary models answer within half a minute. */
const expectedCallMs = 30_000;
const largestWindow = 1_000;
const smallestWindow = 20;

/**
 * The window of a pipeline or batch run: its maximum number of rows in progress. Twice as many as
 * keep the fastest limit busy, so that rows whose calls wait for a slower one leave room.
 */
export function windowOf(targets: readonly TargetPlan[]): number {
  const fastest = targets.reduce((rate, one) => Math.max(rate, one.requestsPerMinute), 0);
  const busy = (fastest * expectedCallMs) / 60_000;
  return Math.min(largestWindow, Math.max(smallestWindow, Math.ceil(busy * 2)));
}
