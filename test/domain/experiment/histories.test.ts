import { describe, expect, test } from "vitest";
import { groupAtStart } from "../../../src/domain/experiment/group-state.js";
import type { GroupState } from "../../../src/domain/experiment/group-state.js";
import { forgotPages, keptPages, pagesToForget } from "../../../src/domain/experiment/histories.js";

test.each([
  [1, 80],
  [2, 40],
  [30, 2],
  [50, 1],
  [1_000, 1],
])("each of %d groups keeps the histories of %d pages", (groups, pages) => {
  expect(keptPages(groups)).toBe(pages);
});

describe("the histories of ended pages", () => {
  const ended = (count: number): GroupState => ({
    ...groupAtStart({ requestsPerMinute: 60 }, { ranges: [], firstPage: 0 }),
    endedPages: Array.from({ length: count }, (_, page) => page),
  });

  test("are deleted ten or more at a time, oldest first, and the latest are kept", () => {
    expect(pagesToForget(ended(14), 5)).toEqual([]);
    expect(pagesToForget(ended(15), 5)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(pagesToForget(ended(11), 1)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("are forgotten once deleted; a page that ended meanwhile is not", () => {
    const forgotten = forgotPages(ended(16), pagesToForget(ended(15), 5));
    expect(forgotten.endedPages).toEqual([10, 11, 12, 13, 14, 15]);
  });
});
