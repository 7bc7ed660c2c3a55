import { expect, test } from "vitest";
import { nearestMatch } from "../../src/domain/nearest-match.js";

const names = ["run", "resume", "results", "status", "limits"];

test.each([
  ["rnu", "run"],
  ["stats", "status"],
  ["Limit", "limits"],
  ["reslts", "results"],
  ["x", undefined],
  ["entirely-else", undefined],
])("%s most likely means %s", (given, expected) => {
  expect(nearestMatch(given, names)).toBe(expected);
});
