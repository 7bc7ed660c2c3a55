import { expect, it } from "vitest";
import {
  reusedSpend,
  spendOf,
  SpendingTally,
  sumOfCosts,
  sumOfSpending,
  unlessNone,
} from "../../../src/domain/money/spending.js";

it("adds calls of known and unknown price, and of earlier runs", () => {
  const tally = new SpendingTally();
  tally.add(spendOf(0.1, { input: 10, cachedInput: 4, output: 2, reasoning: 1 }));
  tally.add(spendOf(0.2, { input: 5, output: 3, cacheWrite: 5 }));
  tally.add(spendOf(undefined, undefined));
  tally.add(reusedSpend(0.4));
  const sums = {
    cost: 0.3,
    unknownCalls: 1,
    saved: 0.4,
    tokens: { input: 15, cachedInput: 4, cacheWrite: 5, output: 5, reasoning: 1 },
  };
  expect(tally.sums()).toEqual(sums);
  expect(sumOfSpending([sums, sums])).toEqual({
    cost: 0.6,
    unknownCalls: 2,
    saved: 0.8,
    tokens: { input: 30, cachedInput: 8, cacheWrite: 10, output: 10, reasoning: 2 },
  });
});

it("knows no sum of costs if one is unknown", () => {
  expect(sumOfCosts([0.1, undefined, 0.2])).toBe(0.3);
  expect(sumOfCosts([0.1, null])).toBeNull();
  expect(sumOfCosts([undefined])).toBeUndefined();
});

it("leaves out what nothing was spent on", () => {
  expect(unlessNone(sumOfSpending([]))).toBeUndefined();
});
