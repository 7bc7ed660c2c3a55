import { expect, test } from "vitest";
import {
  noteRecent,
  recentPerMinute,
  slotsToCome,
} from "../../../src/domain/limit/recent-calls.js";

const everySecond = (firstAtMs: number, count: number) => [{ firstAtMs, intervalMs: 1_000, count }];

test("a paced group has its rate in the first minute, for slots ahead of the clock too", () => {
  const recent = noteRecent(undefined, everySecond(10_000, 6));
  // Slots at 10 to 15 s: five intervals in five seconds.
  expect(recentPerMinute(recent, 13_000)).toBe(60);
  expect(recentPerMinute(recent, 20_000)).toBe(30);
});

test("slots ahead of the clock are still to come", () => {
  const recent = noteRecent(undefined, everySecond(10_000, 6));
  // Slots at 10 to 15 s.
  expect(slotsToCome(recent, 60, 12_500)).toBe(3);
  expect(slotsToCome(recent, 60, 14_000)).toBe(1);
  expect(slotsToCome(recent, 60, 15_000)).toBe(0);
  expect(slotsToCome(undefined, 60, 0)).toBe(0);
});

test("later, the last minute counts", () => {
  const first = noteRecent(undefined, everySecond(0, 60));
  const second = noteRecent(first, everySecond(60_000, 30));
  expect(second).toEqual({ sinceMs: 60_000, lastMs: 89_000, calls: 30, before: 60 });
  // 30 calls of this minute, and half of the 60 of the one before.
  expect(recentPerMinute(second, 90_000)).toBe(60);
  expect(recentPerMinute(second, 110_000)).toBe(40);
});

test("after a minute without calls the rate is 0, and a pause leaves nothing behind", () => {
  const recent = noteRecent(undefined, everySecond(0, 60));
  expect(recentPerMinute(recent, 119_000)).toBe(0);
  expect(noteRecent(recent, everySecond(300_000, 1))).toEqual({
    sinceMs: 300_000,
    lastMs: 300_000,
    calls: 1,
    before: 0,
  });
  expect(recentPerMinute(undefined, 0)).toBe(0);
});
