import stringWidth from "string-width";
import { expect, test } from "vitest";
import { renderPlan } from "../../../../cli/output/render/render-plan.js";
import type { ExperimentPlan, GroupOfPlan, ModelOfPlan } from "../../../../src/domain/plan/plan.js";

function group(name: string): GroupOfPlan {
  return {
    name,
    limitKey: `api/${name}`,
    records: 2_000,
    calls: 2_000,
    unknownCalls: 0,
    requestsPerMinute: 500,
    inputTokens: { low: 121_000, high: 258_000 },
    outputTokens: { low: 2_000, high: 8_192_000 },
    cost: { low: 0.312_34, high: 123.456 },
    timeMs: { low: 3_900_000, high: 4_500_000 },
    boundBy: "requests",
  };
}

function planOf(groups: readonly GroupOfPlan[]): ExperimentPlan {
  const [first = group("none")] = groups;
  return {
    name: "exam",
    unit: "record",
    groups,
    models: [],
    reused: 1_950,
    total: { ...first, records: 50, calls: 50 },
    longestPrompts: [],
    warnings: [],
  };
}

test.each([60, 80])("a plan of long names fits %d columns", (width) => {
  const plan = planOf([group("anthropic/claude-sonnet-4-5-20250929"), group("openai/gpt-4o")]);
  const table = renderPlan(plan, width).split("\n").slice(0, -1);
  expect(table.filter((line) => stringWidth(line) > width)).toEqual([]);
  expect(table.slice(2, 4)).toEqual(
    width === 80
      ? [
          "anthropic/claude-sonnet-4-5-20250929",
          "  2,000    121K–258K  2K–8.19M  $0.31–$123.46  1h 05m–1h 15m  500 requests/min",
        ]
      : [
          "anthropic/claude-sonnet-4-5-20250929",
          "  2,000    $0.31–$123.46  1h 05m–1h 15m  500 requests/min",
        ],
  );
});

test("a plan says what is sent, with what is reused beside it", () => {
  const [, , last] = renderPlan(planOf([group("all")]), 120).split("\n");
  expect(last).toBe(
    "exam: 50 records in 1 group, 1,950 more reused from earlier runs, 50 calls, $0.31–$123.46, 1h 05m–1h 15m.",
  );
});

test("a plan of many calls with a wide range names the sample", () => {
  const assumed = { target: "openai/gpt-4o", basis: "assumed" } as ModelOfPlan;
  const hint = (plan: ExperimentPlan): boolean => renderPlan(plan, 80).includes("--sample 20");
  const wide = { ...planOf([group("all")]), models: [assumed], total: group("all") };
  expect(hint(wide)).toBe(true);
  expect(hint({ ...wide, total: { ...wide.total, calls: 199 } })).toBe(false);
  expect(hint({ ...wide, total: { ...wide.total, cost: { low: 1, high: 2 } } })).toBe(false);
  expect(hint({ ...wide, models: [{ ...assumed, basis: "same-experiment" }] })).toBe(false);
});
