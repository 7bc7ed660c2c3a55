import { expect, test } from "vitest";
import { leftInReport } from "../../../src/domain/experiment/page-report.js";
import { countPositions } from "../../../src/domain/experiment/ranges.js";
import type { Range } from "../../../src/domain/experiment/ranges.js";

/** Every second record of a million, as two models that alternate leave them. */
const everySecond = Array.from({ length: 500_000 }, (_, index): Range => [
  2 * index,
  2 * index + 1,
]);

test("ranges are sorted and joined", () => {
  const found = {
    left: [
      [4, 6],
      [0, 2],
      [2, 3],
    ],
    blocked: [[3, 4]],
    coarse: false,
  } as const;
  expect(leftInReport(found)).toEqual({
    left: [
      [0, 3],
      [4, 6],
    ],
    blocked: [[3, 4]],
  });
});

test.each(["left", "blocked", "nextDay"] as const)(
  "a report of 1,000,000 records stays far below 2 MiB, and its %s covers them",
  (name) => {
    const nextDay = { ranges: everySecond, atMs: 1 };
    const none = { left: [], blocked: [], coarse: false };
    const found = name === "nextDay" ? { ...none, nextDay } : { ...none, [name]: everySecond };
    const report = leftInReport(found);
    const ranges = name === "nextDay" ? (report.nextDay?.ranges ?? []) : report[name];
    expect(JSON.stringify(report).length).toBeLessThan(100_000);
    expect(report.coarse).toBe(true);
    expect([ranges[0]?.[0], ranges.at(-1)?.[1]]).toEqual([0, 999_999]);
    expect(countPositions(ranges)).toBeGreaterThanOrEqual(500_000);
  },
);

test("a report of coarse ranges is coarse, however few they are", () => {
  expect(leftInReport({ left: [[0, 9]], blocked: [], coarse: true })).toMatchObject({
    left: [[0, 9]],
    coarse: true,
  });
});
