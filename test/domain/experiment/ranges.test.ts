import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  coarsen,
  countPositions,
  mergeRanges,
  positionsOf,
  rangesBefore,
  rangesFrom,
  rangesOf,
  takePositions,
} from "../../../src/domain/experiment/ranges.js";
import type { Range } from "../../../src/domain/experiment/ranges.js";

/** Any ranges, empty and overlapping ones included. */
const anyRanges = fc.array(
  fc.tuple(fc.nat(60), fc.nat(12)).map(([start, length]): Range => [start, start + length]),
  { maxLength: 8 },
);
const mergedRanges = anyRanges.map(mergeRanges);

function setOf(ranges: readonly Range[]): number[] {
  return [...new Set(positionsOf(ranges))].sort((a, b) => a - b);
}

describe("merging", () => {
  test.each<[what: string, ranges: Range[], merged: Range[]]>([
    ["nothing", [], []],
    ["an empty range", [[4, 4]], []],
    [
      "ranges that touch",
      [
        [0, 3],
        [3, 5],
      ],
      [[0, 5]],
    ],
    [
      "ranges out of order with a gap",
      [
        [7, 9],
        [0, 2],
      ],
      [
        [0, 2],
        [7, 9],
      ],
    ],
    [
      "a range within another",
      [
        [0, 10],
        [2, 3],
      ],
      [[0, 10]],
    ],
  ])("of %s", (_what, ranges, merged) => {
    expect(mergeRanges(ranges)).toEqual(merged);
  });

  test("keeps every position once, in sorted ranges that do not touch", () => {
    fc.assert(
      fc.property(anyRanges, (ranges) => {
        const merged = mergeRanges(ranges);
        expect([...positionsOf(merged)]).toEqual(setOf(ranges));
        for (const [index, [start, end]] of merged.entries()) {
          expect(start).toBeLessThan(end);
          expect(start).toBeGreaterThan(merged[index - 1]?.[1] ?? -1);
        }
      }),
    );
  });

  test("takes any positions and gives them back in order, once each", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), (positions) => {
        const sorted = [...new Set(positions)].sort((a, b) => a - b);
        expect([...positionsOf(rangesOf(positions))]).toEqual(sorted);
        expect(countPositions(rangesOf(positions))).toBe(sorted.length);
      }),
    );
  });
});

describe("cutting", () => {
  test("what lies before a position and what lies from it on make up the whole", () => {
    fc.assert(
      fc.property(mergedRanges, fc.nat(75), (ranges, position) => {
        const before = rangesBefore(ranges, position);
        const after = rangesFrom(ranges, position);
        expect([...positionsOf(before)].every((one) => one < position)).toBe(true);
        expect([...positionsOf(after)].every((one) => one >= position)).toBe(true);
        expect([...positionsOf(before), ...positionsOf(after)]).toEqual([...positionsOf(ranges)]);
        expect(countPositions(before) + countPositions(after)).toBe(countPositions(ranges));
      }),
    );
  });

  test("the first positions are taken, as many as there are", () => {
    fc.assert(
      fc.property(mergedRanges, fc.nat(40), (ranges, count) => {
        const taken = [...positionsOf(takePositions(ranges, count))];
        expect(taken).toEqual([...positionsOf(ranges)].slice(0, count));
      }),
    );
  });
});

describe("coarsening", () => {
  test("joins those that lie nearest to one another", () => {
    const ranges: Range[] = [
      [0, 1],
      [2, 3],
      [10, 11],
      [13, 14],
      [50, 60],
    ];
    expect(coarsen(ranges, 5)).toEqual(ranges);
    expect(coarsen(ranges, 3)).toEqual([
      [0, 3],
      [10, 14],
      [50, 60],
    ]);
    expect(coarsen(ranges, 1)).toEqual([[0, 60]]);
  });

  test("keeps every position in at most so many ranges, joining no more than it must", () => {
    const positions = fc.uniqueArray(fc.nat(300), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(positions, fc.integer({ min: 1, max: 20 }), (given, most) => {
        const ranges = rangesOf(given);
        const coarse = coarsen(ranges, most);
        expect(coarse).toHaveLength(Math.min(ranges.length, most));
        expect(mergeRanges(coarse)).toEqual(coarse);
        const all = new Set(positionsOf(coarse));
        expect(given.every((position) => all.has(position))).toBe(true);
      }),
    );
  });
});
