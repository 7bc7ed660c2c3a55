import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextReset } from "../../../src/domain/rates/daily-quota.js";

function resetAfter(from: string, resetHour: number, timeZone: string): string {
  const atMs = nextReset({ requests: 1, resetHour, timeZone }, Date.parse(from));
  return new Date(atMs).toISOString();
}

describe("the count of a day starts anew", () => {
  // Pacific time: 2026-03-08 has 23 hours, 2026-11-01 has 25.
  test.each([
    {
      when: "at midnight UTC",
      from: "2026-11-21T18:30:00Z",
      hour: 0,
      zone: "UTC",
      at: "2026-11-22T00:00:00.000Z",
    },
    {
      when: "later on the same day",
      from: "2026-11-21T18:30:00Z",
      hour: 19,
      zone: "UTC",
      at: "2026-11-21T19:00:00.000Z",
    },
    {
      when: "a day later at its very moment",
      from: "2026-11-21T19:00:00Z",
      hour: 19,
      zone: "UTC",
      at: "2026-11-22T19:00:00.000Z",
    },
    {
      when: "in a second, a second before it",
      from: "2026-11-21T18:59:59Z",
      hour: 19,
      zone: "UTC",
      at: "2026-11-21T19:00:00.000Z",
    },
    {
      when: "by a clock far away",
      from: "2026-11-21T18:30:00Z",
      hour: 0,
      zone: "Asia/Kolkata",
      at: "2026-11-22T18:30:00.000Z",
    },
    {
      when: "23 hours later where the clock is set forward",
      from: "2026-03-08T08:00:00Z",
      hour: 0,
      zone: "America/Los_Angeles",
      at: "2026-03-09T07:00:00.000Z",
    },
    {
      when: "25 hours later where it is set back",
      from: "2026-11-01T07:00:00Z",
      hour: 0,
      zone: "America/Los_Angeles",
      at: "2026-11-02T08:00:00.000Z",
    },
    {
      when: "after an hour that is left out",
      from: "2026-03-08T08:30:00Z",
      hour: 2,
      zone: "America/Los_Angeles",
      at: "2026-03-08T10:00:00.000Z",
    },
    {
      when: "at the first of two hours of one name",
      from: "2026-11-01T07:30:00Z",
      hour: 1,
      zone: "America/Los_Angeles",
      at: "2026-11-01T08:00:00.000Z",
    },
    {
      when: "not again at the second of them",
      from: "2026-11-01T08:30:00Z",
      hour: 1,
      zone: "America/Los_Angeles",
      at: "2026-11-02T09:00:00.000Z",
    },
  ])("$when", ({ from, hour, zone, at }) => {
    expect(resetAfter(from, hour, zone)).toBe(at);
  });

  test("within 26 hours, at the hour as the zone's clock shows it, whatever the zone", () => {
    const zones = [
      "UTC",
      "Europe/Berlin",
      "America/Los_Angeles",
      "Asia/Kathmandu",
      "Pacific/Chatham",
    ];
    const fromMs = Date.UTC(2026, 0, 1);
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 365 * 86_400_000 }),
        (timeZone, resetHour, afterMs) => {
          const nowMs = fromMs + afterMs;
          const atMs = nextReset({ requests: 1, resetHour, timeZone }, nowMs);
          expect(atMs).toBeGreaterThan(nowMs);
          expect(atMs - nowMs).toBeLessThanOrEqual(26 * 3_600_000);
          const format = { timeZone, hour: "numeric", hourCycle: "h23" } as const;
          const hour = Number(new Intl.DateTimeFormat("en", format).format(atMs));
          // If the clock skips this hour, the next hour is the first one of the day.
          expect([resetHour, (resetHour + 1) % 24]).toContain(hour);
          expect(nextReset({ requests: 1, resetHour, timeZone }, atMs - 1)).toBe(atMs);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("in no zone that nobody knows", () => {
    expect(() => resetAfter("2026-11-21T18:30:00Z", 0, "Mars/Olympus")).toThrow(RangeError);
  });
});
