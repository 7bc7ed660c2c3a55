import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allowedLatenessMs,
  nextWaveInMs,
  recordsPerSlice,
  recordsPerWave,
  wakeInMs,
} from "../../../src/domain/experiment/waves.js";
import { slotIntervalMs } from "../../../src/domain/limit/state.js";
import { pageSizesOf, sizesWithoutModel } from "../../../src/domain/experiment/sizes.js";
import type { PageSizes } from "../../../src/domain/experiment/sizes.js";

describe("records of a slice", () => {
  test.each([
    [1, 0, 1],
    [500, 0, 1],
    [1_200, 0, 1],
    [1_201, 0, 2],
    [600, 600, 1],
    [600, 700, 2],
    [3_000, 0, 3],
    [60_000, 0, 50],
    [600_000, 0, 50],
  ])("at %i a minute beside %i are %i", (own, others, records) => {
    expect(recordsPerSlice(own, others)).toBe(records);
  });

  test("keep an experiment at some 20 activity calls a second, as far as fifty a slice go", () => {
    const rate = fc.integer({ min: 1, max: 60_000 });
    fc.assert(
      fc.property(rate, rate, (own, others) => {
        const perSlice = recordsPerSlice(own, others);
        expect(perSlice).toBeGreaterThanOrEqual(1);
        expect(perSlice).toBeLessThanOrEqual(50);
        if (perSlice < 50) expect((own + others) / 60 / perSlice).toBeLessThanOrEqual(20);
      }),
    );
  });
});

describe("records of a slice of rows that name no model", () => {
  // A page has 40 slices, and a slice at most 50 records.
  test.each([
    [1, 1],
    [40, 1],
    [41, 2],
    [1_000, 25],
    [2_000, 50],
    [10_000, 50],
  ])("of %i rows are %i", (rows, records) => {
    expect(recordsPerSlice(10, 0, sizesWithoutModel(rows))).toBe(records);
    expect(recordsPerSlice(0, 0, sizesWithoutModel(rows))).toBe(records);
  });
});

describe("records of a slice by the experiment's groups and rate", () => {
  test.each([
    // Up to 6,000 a minute together 20 slices a second, above that 5 with at most 200 records.
    [1, 6_000, 5],
    [2, 3_000, 5],
    [1, 6_001, 21],
    [1, 24_000, 80],
    [1, 60_000, 200],
    [50, 1_200, 200],
    [1, 600_000, 200],
    // 200 groups: 200 s, which at 10 a minute are 33.3 records. 1,000 groups: 300 s, as the most.
    [50, 10, 1],
    [51, 10, 9],
    [200, 1, 4],
    [200, 10, 34],
    [1_000, 1, 5],
    [1_000, 10, 50],
    [1_000, 600, 50],
  ])("of %i groups, at %i a minute each, are %i", (groups, rate, records) => {
    expect(recordsPerSlice(rate, (groups - 1) * rate, sizesFor(groups, rate))).toBe(records);
  });

  test("are few again after a change to a low rate", () => {
    expect(recordsPerSlice(300, 0, sizesFor(1, 60_000))).toBe(1);
  });

  test("of many groups cost at most one slice a second, for up to 300 groups", () => {
    const groups = fc.integer({ min: 51, max: 300 });
    fc.assert(
      fc.property(groups, fc.integer({ min: 1, max: 10 }), (count, rate) => {
        const perSlice = recordsPerSlice(rate, (count - 1) * rate, sizesFor(count, rate));
        expect((count * rate) / 60 / perSlice).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("take an interval each where they have no slot", () => {
    const slots = [{ firstAtMs: 10_000, intervalMs: 0, count: 1 }];
    // Without these, the next wave is needed 1.3 s before 10,000. 33 records follow at 6,006 ms.
    expect(nextWaveInMs({ ranges: [[7, 41]], slots }, 10, 9_000)).toBeCloseTo(198_198 - 300);
    expect(nextWaveInMs({ ranges: [[7, 8]], slots }, 10, 9_000)).toBe(-300);
  });
});

test.each([
  [0.5, 1],
  [10, 1],
  [30, 1],
  [31, 2],
  [600, 20],
  [60_000, 2_000],
])("a wave at %d a minute has as many records as slots reach ahead: %i", (rate, records) => {
  expect(recordsPerWave(rate)).toBe(records);
});

describe("a page wakes", () => {
  test("1.3 s before the slot that would follow its last", () => {
    const slots = [{ firstAtMs: 10_000, intervalMs: 100, count: 20 }];
    expect(wakeInMs(slots, 10_000)).toBe(2_000 - 1_300);
    expect(wakeInMs(slots, 10_700)).toBe(0);
  });

  test("at once where it has no slots, or where they are used up", () => {
    expect(wakeInMs([], 10_000)).toBe(0);
    expect(wakeInMs([{ firstAtMs: 1_000, intervalMs: 100, count: 2 }], 10_000)).toBeLessThan(0);
  });

  test("by its last run of slots", () => {
    const slots = [
      { firstAtMs: 10_000, intervalMs: 10, count: 50 },
      { firstAtMs: 15_000, intervalMs: 0, count: 1 },
    ];
    expect(wakeInMs(slots, 10_000)).toBe(5_000 - 1_300);
  });
});

test.each([
  [10, 250],
  [600, 100],
  [1_200, 50],
  [60_000, 50],
])("at %i a minute a record may be late by %i ms", (requestsPerMinute, ms) => {
  expect(allowedLatenessMs(requestsPerMinute)).toBe(ms);
});

// 10 a minute: slots are 6 s apart, and 2.5 s is the most. 60 a minute: half of 1 s.
test.each([
  [10, 10, 2_500],
  [60, 60, 500],
  [10, 60, 500],
  [10, 600, 250],
  [600, 600, 100],
  [3_000, 3_000, 50],
  [10, undefined, 250],
])("a call of a group at %i a minute on a limit of %s may be %i ms late", (own, limit, ms) => {
  expect(allowedLatenessMs(own, limit)).toBe(ms);
});

test("calls that are late by what is allowed are at most one more than the limit in a minute", () => {
  const rates = fc.integer({ min: 1, max: 120 });
  fc.assert(
    fc.property(
      rates,
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (rate, late) => {
        const allowedMs = allowedLatenessMs(rate, rate);
        const times = Array.from(
          { length: 3 * rate + 3 },
          (_, index) => index * slotIntervalMs(rate) + late.next().value! * allowedMs,
        );
        for (const from of times) {
          const inAMinute = times.filter((at) => at >= from && at < from + 60_000).length;
          expect(inAMinute).toBeLessThanOrEqual(rate + 1);
        }
      },
    ),
    { numRuns: 50 },
  );
});

function sizesFor(groups: number, rate: number): PageSizes {
  return pageSizesOf(groups, groups * rate);
}
