import { expect, test } from "vitest";
import { silenceBeforeLookMs } from "../../../src/domain/experiment/silence-before-look.js";

test("a group looks at pages of an earlier run after 10 s, and then less and less often", () => {
  const seconds = [0, 1, 2, 3, 4, 1_000].map((looks) => silenceBeforeLookMs(true, looks) / 1_000);
  expect(seconds).toEqual([10, 20, 40, 80, 120, 120]);
});

test("a group looks at its own pages after two minutes", () => {
  expect(silenceBeforeLookMs(false, 0)).toBe(120_000);
});
