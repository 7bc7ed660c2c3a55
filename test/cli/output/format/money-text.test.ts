import { expect, it } from "vitest";
import { costText, moneyText } from "../../../../cli/output/format/money-text.js";

const tokens = { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 };

it("says what the sum lacks and what was saved", () => {
  expect(moneyText({ cost: 1.5, unknownCalls: 0, saved: 0, tokens })).toBe("$1.50");
  expect(moneyText({ cost: 1.5, unknownCalls: 4, saved: 0.25, tokens })).toBe(
    "at least $1.50, 4 calls of unknown price (set `prices` in ostinato.json), $0.25 saved by reused answers",
  );
  expect(moneyText({ cost: 0, unknownCalls: 2, saved: 0, tokens })).toBe(
    "unknown, 2 calls of unknown price (set `prices` in ostinato.json)",
  );
  expect(moneyText(undefined)).toBe("");
});

it("puts the maximum beside the sum, before what was saved", () => {
  expect(
    costText({ spending: { cost: 0.032, unknownCalls: 0, saved: 0.276, tokens }, maxCost: 0.05 }),
  ).toBe("$0.032 of at most $0.05, $0.276 saved by reused answers");
  expect(costText({ spending: { cost: 1.5, unknownCalls: 4, saved: 0, tokens }, maxCost: 5 })).toBe(
    "at least $1.50 of at most $5.00, 4 calls of unknown price (set `prices` in ostinato.json)",
  );
  expect(costText({ maxCost: 5 })).toBe("$0.00 of at most $5.00");
});
