import { expect, test } from "vitest";
import { estimateCost } from "../../../src/domain/plan/estimate-cost.js";

const tokens = {
  input: { low: 1_000_000, high: 2_000_000 },
  output: { low: 1_000, high: 100_000 },
};

test("the cost is that of the fewest and of the most tokens", () => {
  const work = { calls: 10_000, longestPrompt: 200 };
  // 1 M at $2 and 1 k at $10 per million; 2 M and 100 k.
  expect(estimateCost({ work, tokens }, { input: 2, output: 10 })).toEqual({ low: 2.01, high: 5 });
});

test("long prompts may come from a cache, unless earlier answers did not", () => {
  const work = { calls: 100, longestPrompt: 20_000 };
  const price = { input: 2, output: 10, cachedInput: 0.5 };
  expect(estimateCost({ work, tokens }, price).low).toBe(0.51);
  expect(estimateCost({ work, tokens, cached: false }, price).low).toBe(2.01);
});

test("the upper end has the price of the longest prompt, of cache writes and of thinking", () => {
  const work = { calls: 100, longestPrompt: 150_000 };
  const price = { input: 2, output: 10, tiers: [{ above: 200_000, input: 4, output: 20 }] };
  // The longest prompt may have twice its tokens, as all of them may.
  expect(estimateCost({ work, tokens }, price)).toEqual({ low: 2.01, high: 10 });
  const others = { input: 2, output: 10, cacheWrite: 2.5, reasoning: 12 };
  expect(estimateCost({ work, tokens }, others).high).toBe(6.2);
});
