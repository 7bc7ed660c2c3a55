import { orderOf } from "../graph/order.js";
import type { Ordered } from "../graph/order.js";
import type { TargetPlan } from "./target-plan.js";

/** Assumed time of a call before any is measured: ordinary models answer within half a minute. */
const expectedCallMs = 30_000;
const largestWindow = 1_000;
const smallestWindow = 20;

/**
 * The window of a pipeline or batch run: its maximum number of rows in progress. Twice as many as
 * keep the fastest limit busy, so that rows whose calls wait for a slower one leave room. By
 * Little's law, rows in progress are the rate at which they begin times the time of one.
 *
 * @param rowMs time of a row whose calls never wait, see `rowTimeMs`
 */
export function windowOf(targets: readonly TargetPlan[], rowMs = expectedCallMs): number {
  const fastest = targets.reduce((rate, one) => Math.max(rate, one.requestsPerMinute), 0);
  const busy = (fastest * rowMs) / 60_000;
  return Math.min(largestWindow, Math.max(smallestWindow, Math.ceil(busy * 2)));
}

/**
 * The time of a row on the longest way through a graph, where steps ask one after another.
 *
 * @param asking names of the steps that ask models
 * @param measuredMs by step: the mean time of its calls in earlier runs. Shorter ones than 30 s do
 *   not count, because a model may be slower today.
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
