import { expect, test } from "vitest";
import { BatchResult } from "../../../../src/domain/flow/result/batch-result.js";
import { withSpending } from "../../../../src/domain/flow/result/with-spending.js";
import { SpendingTally, spendOf } from "../../../../src/domain/money/spending.js";

const tokens = { input: 1, output: 1 };

/** @param costs of the calls, in dollars; `undefined` if the price is unknown */
function moneyOf(...costs: readonly (number | undefined)[]): unknown {
  const tally = new SpendingTally();
  for (const cost of costs) tally.add(spendOf(cost, tokens));
  const result = BatchResult.create({ startedAt: 0, endedAt: 1, lineNumbers: [], lines: [] });
  const json = BatchResult.toJson(withSpending(result, tally.sums()));
  const { cost, unknownCalls } = BatchResult.fromJson(json).systemMetrics;
  return { cost, unknownCalls };
}

test("an unknown price is unknown, never 0", () => {
  expect(moneyOf(undefined, undefined)).toEqual({ unknownCalls: 2 });
  expect(moneyOf(0.5, undefined)).toEqual({ cost: 0.5, unknownCalls: 1 });
  expect(moneyOf(0.5)).toEqual({ cost: 0.5 });
  // A model on this machine may cost nothing.
  expect(moneyOf(0)).toEqual({ cost: 0 });
  expect(moneyOf()).toEqual({});
});
