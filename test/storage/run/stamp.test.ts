import { expect, test } from "vitest";

import { instantOfStamp, isStamp, logTime, stampOf } from "../../../src/storage/run/stamp.js";

const date = new Date(2026, 2, 9, 4, 5, 6, 789);

test("a stamp is the local time in prompto's form", () => {
  expect(stampOf(date)).toBe("09-03-2026-04-05-06");
  expect(logTime(date)).toBe("09-03-2026, 04:05");
});

test("a stamp tells its second", () => {
  expect(instantOfStamp(stampOf(date))).toBe(new Date(2026, 2, 9, 4, 5, 6).getTime());
  expect(instantOfStamp("09-03-2026")).toBeUndefined();
});

test.each([
  ["09-03-2026-04-05-06", true],
  ["9-3-2026-4-5-6", false],
  ["x09-03-2026-04-05-06", false],
])("%s is a stamp: %s", (text, is) => {
  expect(isStamp(text)).toBe(is);
});
