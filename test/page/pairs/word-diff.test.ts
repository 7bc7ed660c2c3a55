import { expect, test } from "vitest";
import { excerpts, wordDiff } from "../../../src/page/pairs/word-diff.js";
import { formatDifference, trendOf } from "../../../src/page/pairs/metric-format.js";

test("whole words differ, with the space around them", () => {
  expect(wordDiff("the cat sat", "the dog sat")).toEqual([
    { text: "the ", in: "both" },
    { text: "cat", in: "first" },
    { text: "dog", in: "second" },
    { text: " sat", in: "both" },
  ]);
});

test("texts that are too long are not compared word by word", () => {
  expect(wordDiff("a".repeat(100_001), "b")).toBeUndefined();
});

test("an excerpt begins some words before the first difference", () => {
  const start = "word ".repeat(100);
  // 500 characters are equal; 60 before their end, the next word begins at 445.
  expect(excerpts(`${start}one`, `${start}two`)).toEqual([
    `… ${"word ".repeat(11)}one`,
    `… ${"word ".repeat(11)}two`,
  ]);
  expect(excerpts("one", "two")).toEqual(["one", "two"]);
  expect(excerpts("x".repeat(500), "y")[0]).toBe(`${"x".repeat(420)} …`);
});

test("a difference is clear if its interval does not contain 0, and less can be better", () => {
  const interval = { low: 0.1, high: 0.3, method: "paired-t" } as const;
  expect(trendOf({ kind: "score", interval })).toBe("better");
  expect(trendOf({ kind: "cost", interval })).toBe("worse");
  expect(trendOf({ kind: "cost", interval: { ...interval, low: 0 } })).toBe("unclear");
  expect(trendOf({ kind: "cost" })).toBe("unclear");
});

test("a difference has its sign, and that of two shares is in points", () => {
  expect(formatDifference("failed", 0.0125)).toBe("+1.25 points");
  expect(formatDifference("latencyMs", -1_500)).toBe("−1.50 s");
  expect(formatDifference("score", 0)).toBe("0");
});
