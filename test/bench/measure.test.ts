import { expect, test } from "vitest";
import type { Call } from "../../bench/lib/call-log.js";
import {
  allowedPerMinute,
  countRepeats,
  inFlightAt,
  measurePace,
  mostInFlight,
  mostWithin,
  paceReturnedAfter,
  percentile,
} from "../../bench/lib/measure.js";

function call(id: number, arrivedAt: number, endedAt = arrivedAt + 500): Call {
  return { id, arrivedAt, endedAt, status: 200 };
}

function every(intervalMs: number, from: number, count: number): Call[] {
  return Array.from({ length: count }, (_, index) => call(index, from + index * intervalMs));
}

test("the pace counts n - 1 intervals from first to last arrival, in whatever order calls come", () => {
  expect(measurePace(every(120, 1_000, 100).reverse())).toEqual({
    calls: 100,
    spanMs: 11_880,
    perMinute: 500,
    maxPerMinute: 100,
    maxPerSecond: 9,
    gapMs: { p50: 120, p99: 120, max: 120 },
  });
});

test("a pace of no call or of one is zero", () => {
  expect(measurePace([]).perMinute).toBe(0);
  expect(measurePace([call(1, 5)])).toMatchObject({ calls: 1, spanMs: 0, perMinute: 0 });
});

test("a window excludes its end, so a steady pace holds exactly its rate in a minute", () => {
  const times = Float64Array.from({ length: 1_000 }, (_, index) => index * 100);
  expect(mostWithin(times, 60_000)).toBe(600);
  expect(mostWithin(Float64Array.from([0, 1, 2, 60_001]), 60_000)).toBe(3);
});

test.each([
  { rate: 10, slackMs: 50, allowed: 11 },
  { rate: 3_000, slackMs: 50, allowed: 3_002.5 },
  { rate: 3_000, slackMs: 300, allowed: 3_015 },
])("a limit of $rate with a slack of $slackMs ms allows $allowed in a minute", (row) => {
  expect(allowedPerMinute(row.rate, row.slackMs)).toBe(row.allowed);
});

test("calls beyond the first of an id are repeats", () => {
  expect(countRepeats([call(1, 0), call(2, 1), call(1, 2), call(1, 3)])).toBe(2);
  expect(countRepeats(every(1, 0, 9))).toBe(0);
});

test("calls in flight overlap; one that ends as another arrives does not count with it", () => {
  expect(mostInFlight([call(1, 0, 10), call(2, 5, 15), call(3, 10, 20)])).toBe(2);
  expect(mostInFlight([call(1, 0, 0), call(2, 5_000, 5_001)])).toBe(2);
});

test("in flight at a kill is what had not ended 250 ms before, and what arrived up to 50 ms later", () => {
  const calls = [call(1, 0, 700), call(2, 0, 800), call(3, 1_040, 0), call(4, 1_060, 0)];
  expect(inFlightAt(calls, 1_000)).toBe(2);
});

test("the pace is back at the start of the first window that holds nine tenths of its calls", () => {
  const calls = [...every(100, 0, 50), ...every(1_000, 10_000, 4), ...every(100, 14_000, 100)];
  const rate = { sinceMs: 9_000, requestsPerMinute: 600 };
  expect(paceReturnedAfter(calls, rate)).toBe(5_000);
  expect(paceReturnedAfter(calls, { ...rate, sinceMs: 23_000 })).toBeUndefined();
});

test("a percentile is a value that occurs", () => {
  expect(percentile([4, 1, 3, 2], 0.5)).toBe(2);
  expect(percentile([4, 1, 3, 2], 1)).toBe(4);
  expect(percentile([], 0.5)).toBe(0);
});
