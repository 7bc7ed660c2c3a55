import { expect, it } from "vitest";
import { moneyNote } from "../../../src/domain/report/money-note.js";

const lists = "@pydantic/genai-prices 0.1.8, 2026-09-23";

it("names the public price lists", () => {
  expect(moneyNote({ settings: {}, prices: lists })).toBe(
    `In US dollars. Answers without a known price are not counted. Public prices of ${lists}.`,
  );
});

it("does not call the user's own prices public", () => {
  const settings = { prices: { openai: { "gpt-4o": { input: 1, output: 2 } } } };
  expect(moneyNote({ settings, prices: lists })).toContain("Your own prices, otherwise the public");
});

it("names no source of a run that kept none", () => {
  expect(moneyNote({ settings: {} })).toMatch(/counted\.$/);
});
