import { expect, test } from "vitest";
import { noUse, predictStep, stepEvidence } from "../../../src/domain/plan/step-evidence.js";

test("rows that did not come to a step count with nothing", () => {
  const use = { calls: 2, input: 100, output: 30, cost: 0.01, unknownCalls: 0 };
  const rows = [use, noUse, use, noUse, use, noUse];
  const { calls, inputTokens, cost } = predictStep(stepEvidence(rows), 600);
  expect(calls).toBe(600);
  expect(inputTokens.low).toBeLessThan(30_000);
  expect(inputTokens.high).toBeGreaterThan(30_000);
  expect(cost.low).toBeLessThan(3);
  expect(cost.high).toBeGreaterThan(3);
});

test("rows that are all alike give one number", () => {
  const use = { calls: 1, input: 10, output: 5, cost: 0.5, unknownCalls: 1 };
  expect(predictStep(stepEvidence([use, use, use, use, use]), 10)).toEqual({
    calls: 10,
    unknownCalls: 10,
    inputTokens: { low: 100, high: 100 },
    outputTokens: { low: 50, high: 50 },
    cost: { low: 5, high: 5 },
  });
});
