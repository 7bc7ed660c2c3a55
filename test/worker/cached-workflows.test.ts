import { expect, test } from "vitest";
import { cachedWorkflows } from "../../worker/cached-workflows.js";

test.each([
  [4_296, 8_192],
  [2_248, 4_096],
  [201, 10],
  [100, 10],
])("a heap of up to %i MiB has room for %i workflows", (mebibytes, expected) => {
  expect(cachedWorkflows(mebibytes * 2 ** 20)).toBe(expected);
});
