import { expect, test } from "vitest";
import { expectedMs, expectedMsOfAll } from "../../../src/domain/rates/expected-time.js";

const day = { resetHour: 0, timeZone: "UTC" };
const hours = 3_600_000;

test.each([
  [{ calls: 0, requestsPerMinute: 10 }, 0],
  [{ calls: 1, requestsPerMinute: 10 }, 0],
  [{ calls: 61, requestsPerMinute: 60 }, 60_000],
  [{ calls: 100, requestsPerMinute: 60, requestsPerDay: { requests: 100, ...day } }, 99_000],
  [
    { calls: 250, requestsPerMinute: 60, requestsPerDay: { requests: 100, ...day } },
    48 * hours + 49_000,
  ],
])("%j take %d ms", (work, expected) => {
  expect(expectedMs(work)).toBe(expected);
});

test("groups are sent at the same time", () => {
  const slow = { calls: 11, requestsPerMinute: 1 };
  expect(expectedMsOfAll([slow, { calls: 11, requestsPerMinute: 10 }])).toBe(600_000);
  expect(expectedMsOfAll([])).toBe(0);
});
