import { expect, test } from "vitest";
import { compareMetrics, metricsOf } from "../../../../src/domain/flow/result/metrics.js";

test("a metric that two nodes log is kept for both, and the last value of a node counts", () => {
  const logged = [
    { node: "one", name: "accuracy", value: 0.5 },
    { node: "one", name: "count", value: 1 },
    { node: "two", name: "accuracy", value: 0.7 },
    { node: "one", name: "count", value: 2 },
  ];
  expect(metricsOf(logged)).toEqual({ "one.accuracy": 0.5, "two.accuracy": 0.7, count: 2 });
});

test("metrics of several runs are compared by name, with gaps where a run has none", () => {
  const runs = [
    { name: "a", metrics: { accuracy: 0.5, zero: 0 } },
    { name: "b", metrics: { f1: 0.4, accuracy: 0.6 } },
  ];
  expect(compareMetrics(runs)).toEqual([
    { metric: "accuracy", values: [0.5, 0.6] },
    { metric: "zero", values: [0, undefined] },
    { metric: "f1", values: [undefined, 0.4] },
  ]);
});
