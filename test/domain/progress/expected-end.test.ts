import { expect, test } from "vitest";
import { expectedEnd, lastEnd } from "../../../src/domain/progress/expected-end.js";

const facts = { left: 100, expectedMs: 50_000, ended: 0, windowMs: 0, atOwnRate: false };

test("a group at its own rate ends by that rate, within 2 %", () => {
  expect(expectedEnd({ ...facts, ended: 10, windowMs: 10_000, atOwnRate: true }, 1_000)).toEqual({
    atMs: 51_000,
    earliestMs: 50_000,
    latestMs: 52_000,
  });
});

test("another group ends by its measured rate, with the error of the count", () => {
  // 25 in 20 s: 100 take 80 s, give or take a fifth.
  expect(expectedEnd({ ...facts, ended: 25, windowMs: 20_000 }, 0)).toEqual({
    atMs: 80_000,
    earliestMs: 64_000,
    latestMs: 96_000,
  });
});

test("too few records to measure leave the own rate with a wide range", () => {
  expect(expectedEnd({ ...facts, ended: 4, windowMs: 20_000 }, 0)).toEqual({
    atMs: 50_000,
    earliestMs: 37_500,
    latestMs: 62_500,
  });
});

test("a group that waits for the next day begins then", () => {
  expect(expectedEnd({ ...facts, startsAtMs: 1_000_000 }, 0)?.atMs).toBe(1_050_000);
});

test("rows without a call have no rate, and no known end before some have ended", () => {
  // The first of no calls a minute.
  expect(expectedEnd({ ...facts, expectedMs: Infinity }, 0)).toBeUndefined();
  expect(expectedEnd({ ...facts, expectedMs: NaN }, 0)).toBeUndefined();
  expect(
    expectedEnd({ ...facts, expectedMs: Infinity, ended: 25, windowMs: 20_000 }, 0)?.atMs,
  ).toBe(80_000);
});

test("the last group decides", () => {
  const early = { atMs: 10, earliestMs: 9, latestMs: 30 };
  const late = { atMs: 20, earliestMs: 19, latestMs: 21 };
  expect(lastEnd([early, late])).toEqual({ atMs: 20, earliestMs: 19, latestMs: 30 });
  expect(lastEnd([])).toBeUndefined();
});
