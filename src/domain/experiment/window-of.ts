import { orderOf } from "../graph/order.js";
import type { Ordered } from "../graph/order.js";
import type { TargetPlan } from "./target-plan.js";

/**
 * Assumed time of a call in ms before any call is measured. Ordinary models answer within half a
 * minute.
 */
const expectedCallMs = 30_000;
const largestWindow = 1_000;
const smallestWindow = 20;

/**
 * Returns the window of a pipeline or batch run: its maximum number of rows in progress. It is
 * twice the number that keeps the fastest limit busy, because some rows wait for a slower limit. By
 * Little's law, the number of rows in progress is the rate at which rows begin times the time of
 * one row.
 *
 * @param rowMs time of a row whose calls never wait, in ms; see `rowTimeMs`
 */
export function windowOf(targets: readonly TargetPlan[], rowMs = expectedCallMs): number {
  const fastest = targets.reduce((rate, one) => Math.max(rate, one.requestsPerMinute), 0);
  const busy = (fastest * rowMs) / 60_000;
  return Math.min(largestWindow, Math.max(smallestWindow, Math.ceil(busy * 2)));
}

/**
 * Returns the time of a row in ms on the longest way through a graph, where steps ask one after the
 * other.
 *
 * @param asking names of the steps that ask models
 * @param measuredMs mean time of a call in earlier runs in ms, by step. Times below 30 s are raised
 *   to 30 s, because a model may be slower today.
 */
export function rowTimeMs(
  graph: Ordered,
  asking: ReadonlySet<string>,
  measuredMs: ReadonlyMap<string, number> = new Map(),
): number {
  const ordered = orderOf(graph);
  if ("cycle" in ordered) throw new Error(`Expected no cycle, got ${ordered.cycle.join(", ")}.`);
  const endOf = new Map<string, number>();
  for (const step of ordered.order) {
    const before = graph.edges
      .filter(({ to }) => to === step)
      .map(({ from }) => endOf.get(from) ?? 0);
    const own = asking.has(step) ? Math.max(expectedCallMs, measuredMs.get(step) ?? 0) : 0;
    endOf.set(step, Math.max(0, ...before) + own);
  }
  return Math.max(expectedCallMs, ...endOf.values());
}
