import { expect, test } from "vitest";
import { createPaceTally } from "../../../src/report/tally/pace-tally.js";

/** A call every `everyMs`, from second 1,000 on. */
function bucketMs(calls: number, everyMs: number): number | undefined {
  const tally = createPaceTally();
  for (let call = 0; call < calls; call += 1) {
    const sentAt = 1_000_000 + call * everyMs;
    tally.add({ sentAt, finishedAt: sentAt + 1, end: "answered" });
  }
  return tally.pace([])?.bucketMs;
}

test.each([
  // One a second for a minute: ten buckets at most.
  [60, 1_000, 10_000],
  // 1,200 a minute for 5 minutes: 300 s in fewer than 120 buckets.
  [6_000, 50, 5_000],
  // 120 a minute for 10 minutes: 1,200 calls make up to 120 buckets of ten.
  [1_200, 500, 5_000],
  // 10 a minute for an hour: 60 buckets of ten.
  [600, 6_000, 60_000],
  // Few calls within 4 s.
  [5, 1_000, 1_000],
])("%i calls every %i ms have buckets of %i ms", (calls, everyMs, expected) => {
  expect(bucketMs(calls, everyMs)).toBe(expected);
});
