import { expect, test } from "vitest";
import {
  isIsolated,
  watchAfter,
  withCalls,
} from "../../../../src/domain/limit/slowing/isolated.js";

const nowMs = 1_700_000_000_000;
const report = { target: "test/m", host: "test", whole: true };

test.each<readonly [answered: number, refused: number, boolean]>([
  [0, 1, true],
  [3, 3, false],
  [22, 3, true],
  [94, 6, true],
  [93, 7, false],
])(
  "of %d answered and %d refused calls, the 429s are isolated: %s",
  (...[answered, refused, expected]) => {
    expect(isIsolated({ answered, refused })).toBe(expected);
  },
);

test("only the latest 100 calls count", () => {
  // 100 of 200: each count is halved.
  expect(withCalls({ answered: 96, refused: 4 }, { answered: 100, refused: 0 })).toEqual({
    answered: 98,
    refused: 2,
  });
});

test("a watch begins with a 429 and ends with enough answers", () => {
  expect(watchAfter(undefined, { ...report, answered: 9, refused: 0 }, nowMs)).toBeUndefined();
  const watch = watchAfter(undefined, { ...report, answered: 9, refused: 1 }, nowMs);
  expect(watch).toEqual({ answered: 9, refused: 1, lastRefusedAtMs: nowMs });
  const later = watchAfter(watch, { ...report, answered: 190, refused: 0 }, nowMs + 1_000);
  // 100 of 200 calls: half of the 429.
  expect(later).toEqual({ answered: 99.5, refused: 0.5, lastRefusedAtMs: nowMs });
  expect(watchAfter(later, { ...report, answered: 100, refused: 0 }, nowMs)).toBeUndefined();
});
