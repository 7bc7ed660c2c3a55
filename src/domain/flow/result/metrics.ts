import type { JsonObject, JsonValue } from "../../json/json.js";

export interface LoggedMetric {
  readonly node: string;
  readonly name: string;
  readonly value: JsonValue;
}

/**
 * Returns the metrics of a run, in the order of their first log. A name that several nodes have
 * logged is stored for each node as `node.name`. If a node logs a name again, the last value
 * counts.
 */
export function metricsOf(logged: readonly LoggedMetric[]): JsonObject {
  const nodes = new Map<string, Set<string>>();
  for (const { name, node } of logged) nodes.set(name, (nodes.get(name) ?? new Set()).add(node));
  const metrics = new Map<string, JsonValue>();
  for (const { name, node, value } of logged) {
    const isShared = (nodes.get(name)?.size ?? 0) > 1;
    metrics.set(isShared ? `${node}.${name}` : name, value);
  }
  return Object.fromEntries(metrics);
}

export interface MeasuredRun {
  readonly name: string;
  readonly metrics: JsonObject;
}

export interface ComparedMetric {
  readonly metric: string;
  /** Values in the order of the runs; `undefined` for a run without the metric. */
  readonly values: readonly (JsonValue | undefined)[];
}

/** Returns the metrics of several runs side by side, in the order of their first occurrence. */
export function compareMetrics(runs: readonly MeasuredRun[]): readonly ComparedMetric[] {
  const names = new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)));
  return [...names].map((metric) => ({
    metric,
    values: runs.map(({ metrics }) => metrics[metric]),
  }));
}
