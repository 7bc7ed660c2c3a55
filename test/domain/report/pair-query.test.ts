import { describe, expect, test } from "vitest";
import { changeOf, overallDifference } from "../../../src/domain/report/pair-change.js";
import {
  choosePairs,
  countPairs,
  everyPair,
  ratePairs,
} from "../../../src/domain/report/pair-query.js";
import type { PairQuery } from "../../../src/domain/report/pair-query.js";
import type { PairMetric, PairRow } from "../../../src/domain/report/pair-report.js";
import type { ReportRow } from "../../../src/domain/report/report-row.js";

function metric(given: Pick<PairMetric, "kind" | "name" | "largest">): PairMetric {
  const counts = { compared: 0, worse: 0, same: 0, better: 0, unscored: 0 };
  return { first: 0, second: 0, difference: 0, ...counts, ...given };
}

/** The largest change of `stars` is 4, that of `match` 1. */
const metrics = [
  metric({ kind: "score", name: "match", largest: 1 }),
  metric({ kind: "verdict", name: "j/stars", largest: 4 }),
  metric({ kind: "latencyMs", name: "latencyMs", largest: 500 }),
];

function row(given: Partial<ReportRow>): ReportRow {
  return { index: 0, id: "a", status: "completed", prompt: "p", answer: "x", values: {}, ...given };
}

function pair(index: number, first: Partial<ReportRow>, second: Partial<ReportRow>): PairRow {
  return { index, first: row({ id: String(index), ...first }), second: row(second) };
}

const failed = { status: "failed", answer: "" } as const;

const pairs: readonly PairRow[] = [
  pair(0, {}, {}),
  // match falls by 1 of 1, stars rise by 1 of 4: (−1 + 0.25) / 2
  pair(1, { values: { match: true, "j/stars": 2 } }, { values: { match: false, "j/stars": 3 } }),
  pair(2, {}, failed),
  pair(3, failed, { latencyMs: 100 }),
  pair(4, { values: { "j/stars": 1 } }, { answer: "y", values: { "j/stars": 5 } }),
  pair(5, { latencyMs: 200 }, { answer: "needle", latencyMs: 700 }),
  // stars fall by 4 of 4
  pair(6, { values: { "j/stars": 5 } }, { values: { "j/stars": 1 } }),
  pair(7, failed, failed),
];

function chosen(query: Partial<PairQuery>): readonly number[] {
  const wanted = { ...everyPair, ...query };
  const rated = ratePairs(pairs, metrics, wanted.metric);
  return choosePairs(rated, wanted).map(({ row: { index } }) => index);
}

describe("a pair", () => {
  test("has the mean of its differences, each as a share of the metric's largest one", () => {
    expect(pairs.map((each) => overallDifference(each, metrics))).toEqual([
      ...[undefined, -0.375, undefined, undefined, 1, undefined, -1, undefined],
    ]);
  });

  test("is worse, better or changed; two failures are no change", () => {
    expect(pairs.map((each) => changeOf(each, metrics))).toEqual([
      ...["same", "worse", "newly-failed", "recovered"],
      ...["better", "changed", "worse", "same"],
    ]);
  });
});

describe("pairs are ordered", () => {
  test("worse first: new failures, losses, other answers, gains, recoveries, no change", () => {
    expect(chosen({})).toEqual([2, 6, 1, 5, 4, 3, 0, 7]);
  });

  test("better first, with no change at the end", () => {
    expect(chosen({ order: "better" })).toEqual([3, 4, 5, 1, 6, 2, 0, 7]);
  });

  test("by a metric of which less is better", () => {
    expect(chosen({ metric: "latencyMs:latencyMs", show: "worse" })).toEqual([5]);
    expect(chosen({ metric: "verdict:j/stars", show: "better" })).toEqual([1, 4]);
  });

  test("as in the input", () => {
    expect(chosen({ order: "input" })).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

test("filters count what they show, and a search looks through both answers", () => {
  const counts = { all: 8, worse: 3, better: 2, changed: 4, "failed-in-one": 2 };
  expect(countPairs(ratePairs(pairs, metrics, undefined))).toEqual(counts);
  expect(chosen({ show: "changed" })).toEqual([2, 5, 4, 3]);
  expect(chosen({ show: "failed-in-one" })).toEqual([2, 3]);
  expect(chosen({ search: "NEEDLE x" })).toEqual([5]);
});

test("a reused answer has no time and no cost to compare", () => {
  const reused = pair(0, { latencyMs: 900, reused: true }, { latencyMs: 100 });
  const [rated] = ratePairs([reused], metrics, "latencyMs:latencyMs");
  expect(rated).toMatchObject({ change: "same", gain: undefined });
});
