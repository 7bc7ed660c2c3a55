import type { TargetPlan } from "../../domain/experiment/target-plan.js";

/** Before anything is measured: calls of ordinary models answer within half a minute. */
const expectedCallMs = 30_000;
const largestWindow = 1_000;
const smallestWindow = 20;

/**
 * Maximum rows in progress: twice as many as keep the fastest limit busy, so that rows
 * whose calls wait for a slower one leave room.
 */
export function windowOf(targets: readonly TargetPlan[]): number {
  const fastest = targets.reduce((rate, one) => Math.max(rate, one.requestsPerMinute), 0);
  const busy = (fastest * expectedCallMs) / 60_000;
  return Math.min(largestWindow, Math.max(smallestWindow, Math.ceil(busy * 2)));
}
