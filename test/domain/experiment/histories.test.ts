import { expect, test } from "vitest";
import { keptPages } from "../../../src/domain/experiment/histories.js";

test.each([
  [1, 50],
  [2, 25],
  [30, 1],
  [50, 1],
  [1_000, 1],
])("each of %d groups keeps the histories of %d pages", (groups, pages) => {
  expect(keptPages(groups)).toBe(pages);
});
