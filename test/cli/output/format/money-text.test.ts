import { expect, it } from "vitest";
import { moneyText } from "../../../../cli/output/format/money-text.js";

it("says what the sum lacks and what was saved", () => {
  const tokens = { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 };
  expect(moneyText({ cost: 1.5, unknownCalls: 0, saved: 0, tokens })).toBe("$1.50");
  expect(moneyText({ cost: 1.5, unknownCalls: 4, saved: 0.25, tokens })).toBe(
    "at least $1.50, 4 calls of unknown price (set `prices` in ostinato.json), $0.25 saved by reused answers",
  );
  expect(moneyText({ cost: 0, unknownCalls: 2, saved: 0, tokens })).toBe(
    "unknown, 2 calls of unknown price (set `prices` in ostinato.json)",
  );
  expect(moneyText(undefined)).toBe("");
});
