import { expect, test } from "vitest";
import { expectedDurationMs } from "../../../src/domain/rates/expected-duration.js";

test.each<[string, number, [number, number][], number]>([
  ["nothing is known: the plan", 60_000, [], 60_000],
  [
    "one took 2 s more than its plan: so will the next, whatever its size",
    60_000,
    [[0, 2_000]],
    62_000,
  ],
  ["one took 20 s more: the same for a small one", 1_000, [[60_000, 80_000]], 21_000],
  [
    "a small one took 2 s more and a large one twice its plan: both count",
    100_000,
    [
      [0, 2_000],
      [60_000, 122_000],
    ],
    202_000,
  ],
  ["one was quicker than its plan: the plan", 60_000, [[60_000, 50_000]], 60_000],
  [
    "of several factors the middle one counts",
    10_000,
    [
      [10_000, 10_000],
      [10_000, 20_000],
      [10_000, 90_000],
    ],
    20_000,
  ],
])("%s", (...[, planned, samples, expected]) => {
  const taken = samples.map(([plan, tookMs]) => ({ plannedMs: plan, tookMs }));
  expect(expectedDurationMs(planned, taken)).toBe(expected);
});
