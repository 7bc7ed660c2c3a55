import { expect, it } from "vitest";
import { costOf } from "../../../src/domain/money/cost-of.js";
import { ownPrice } from "../../../src/domain/money/price.js";

const price = {
  input: 3,
  output: 15,
  cachedInput: 0.3,
  cacheWrite: 3.75,
  longCacheWrite: 6,
  reasoning: 20,
};

it("prices each kind of token", () => {
  // 1,000 input tokens: 400 from the cache, 300 to the cache (100 of them for an hour), 300 others.
  // 500 output tokens: 200 of thinking, 300 others. In millionths of a dollar:
  // 300×3 + 400×0.3 + 200×3.75 + 100×6 + 300×15 + 200×20 = 900 + 120 + 750 + 600 + 4500 + 4000
  const counts = {
    input: 1_000,
    output: 500,
    cachedInput: 400,
    cacheWrite: 300,
    longCacheWrite: 100,
    reasoning: 200,
  };
  expect(costOf(counts, price)).toBe(0.01087);
});

it("uses the price of ordinary tokens for a kind without a price", () => {
  const counts = { input: 1_000, output: 500, cachedInput: 400, cacheWrite: 300, reasoning: 200 };
  // 1000×3 + 500×15
  expect(costOf(counts, { input: 3, output: 15 })).toBe(0.0105);
});

it("applies a tier to all tokens of a call with a longer input", () => {
  const tiered = { input: 1.25, output: 10, tiers: [{ above: 200_000, input: 2.5, output: 15 }] };
  expect(costOf({ input: 200_000, output: 1_000 }, tiered)).toBe(0.26);
  // 200,001×2.5 + 1,000×15
  expect(costOf({ input: 200_001, output: 1_000 }, tiered)).toBe(0.5150025);
});

it("halves the price of a batch, unless it has its own", () => {
  const counts = { input: 1_001, output: 0, batch: true } as const;
  expect(costOf(counts, { input: 0.15, output: 0.6 })).toBe(0.000075075);
  expect(costOf(counts, { input: 0.15, output: 0.6, batch: { input: 0.1, output: 0.3 } })).toBe(
    0.0001001,
  );
});

it("does not drift: a tenth of a millionth dollar a token", () => {
  expect(costOf({ input: 3, output: 0 }, { input: 0.1, output: 1 })).toBe(0.0000003);
});

it("never gets a negative part out of counts that contradict each other", () => {
  expect(costOf({ input: 10, output: 1, cachedInput: 50, reasoning: 5 }, price)).toBe(0.000115);
});

it("finds the user's own price by model, then by API", () => {
  const table = { ollama: { "*": price, small: { input: 0, output: 0 } } };
  expect(ownPrice(table, { api: "ollama", model: "small" })).toEqual({ input: 0, output: 0 });
  expect(ownPrice(table, { api: "ollama", model: "toString" })).toBe(price);
  expect(ownPrice(table, { api: "openai", model: "small" })).toBeUndefined();
});
