import { describe, expect, test } from "vitest";
import { rowTimeMs, windowOf } from "../../../src/domain/experiment/window-of.js";

const target = { target: "test/a", limitKey: "test", limitId: "limit/test" };

test.each([
  // A call of 30 s at 60 a minute: 30 are in flight, and as many rows again have room.
  [[60], 60],
  [[60, 10], 60],
  [[1], 20],
  [[60_000], 1_000],
  [[], 20],
])("models of %j calls a minute have a window of %i rows", (rates, rows) => {
  expect(windowOf(rates.map((requestsPerMinute) => ({ ...target, requestsPerMinute })))).toBe(rows);
});

test("rows that take longer need a larger window", () => {
  // 100 rows a minute begin, and each takes two minutes: 200 are in progress.
  expect(windowOf([{ ...target, requestsPerMinute: 100 }], 120_000)).toBe(400);
});

function chain(...names: readonly string[]): Parameters<typeof rowTimeMs>[0] {
  const steps = names.map((name) => ({ name }));
  return { steps, edges: names.slice(1).map((to, index) => ({ from: names[index] ?? "", to })) };
}

describe("the time of a row", () => {
  test("is that of its calls one after another, 30 s each", () => {
    expect(rowTimeMs(chain("load", "write", "keep", "judge"), new Set(["write", "judge"]))).toBe(
      60_000,
    );
  });

  test("is that of the longest branch", () => {
    const graph = {
      ...chain("load", "a", "b", "c", "both"),
      edges: [
        { from: "load", to: "a" },
        { from: "a", to: "b" },
        { from: "b", to: "both" },
        { from: "load", to: "c" },
        { from: "c", to: "both" },
      ],
    };
    expect(rowTimeMs(graph, new Set(["a", "b", "c"]), new Map([["c", 50_000]]))).toBe(60_000);
    expect(rowTimeMs(graph, new Set(["a", "b", "c"]), new Map([["c", 90_000]]))).toBe(90_000);
  });

  test("is longer after slow calls in an earlier run, and never shorter", () => {
    const measured = new Map([
      ["write", 95_000],
      ["judge", 2_000],
    ]);
    expect(rowTimeMs(chain("load", "write", "judge"), new Set(["write", "judge"]), measured)).toBe(
      125_000,
    );
    expect(rowTimeMs(chain("load", "keep"), new Set())).toBe(30_000);
  });
});
