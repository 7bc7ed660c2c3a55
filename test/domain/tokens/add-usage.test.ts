import { expect, test } from "vitest";
import { addUsage } from "../../../src/domain/tokens/add-usage.js";

test("no calls used nothing that is known", () => {
  expect(addUsage([])).toBeUndefined();
});

test("numbers of several calls are added, at any depth, and of all else the last counts", () => {
  const first = { prompt_tokens: 10, details: { cached: 2 }, tier: "a", only: 1 };
  const second = { prompt_tokens: 25, details: { cached: 3, audio: 1 }, tier: "b", none: null };
  expect(addUsage([first, second])).toEqual({
    prompt_tokens: 35,
    details: { cached: 5, audio: 1 },
    tier: "b",
    only: 1,
    none: null,
  });
});
