import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Ending } from "../../src/local-server/worker/worker-files.js";
import { drain } from "../../worker/drain.js";

const start = 1_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: start });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Watches over calls of which the last times out at `endsByMs`; `end` ends so many of them. */
function watched(count: number, endsByMs: number) {
  const told: Ending[] = [];
  const gaveUp: { atMs: number; calls: number }[] = [];
  let left = count;
  const stop = drain({
    calls: { count: () => left, endsByMs: () => (left > 0 ? endsByMs : 0) },
    graceMs: 8_000,
    onChange: (ending) => told.push(ending),
    giveUp: ({ calls }) => {
      gaveUp.push({ atMs: Date.now() - start, calls });
      stop();
    },
  });
  return { told, gaveUp, end: (ended: number) => (left -= ended) };
}

test("calls in flight have as long as their timeout, and 5 s to be recorded", () => {
  const { gaveUp } = watched(3, start + 300_000);
  vi.advanceTimersByTime(304_900);
  expect(gaveUp).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(gaveUp).toEqual([{ atMs: 305_000, calls: 3 }]);
});

test("all else has the time of its role from the last call's end on", () => {
  const { gaveUp, end } = watched(1, start + 300_000);
  vi.advanceTimersByTime(100_000);
  end(1);
  vi.advanceTimersByTime(7_900);
  expect(gaveUp).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(gaveUp).toEqual([{ atMs: 108_000, calls: 0 }]);
});

test("tells at once and at each change how many calls are left and when they have timed out", () => {
  const { told, end } = watched(3, start + 300_000);
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([{ calls: 3, endsByMs: start + 300_000 }]);
  end(2);
  vi.advanceTimersByTime(1_000);
  end(1);
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([
    { calls: 3, endsByMs: start + 300_000 },
    { calls: 1, endsByMs: start + 300_000 },
    { calls: 0, endsByMs: 0 },
  ]);
});
