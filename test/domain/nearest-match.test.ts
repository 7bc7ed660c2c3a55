import { expect, test } from "vitest";
import { hintOf, inBackticks, nearestMatch } from "../../src/domain/nearest-match.js";

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

test("a hint names the nearest one, or all where none is near", () => {
  expect(hintOf("opnai", ["openai", "test"])).toBe('Did you mean "openai"?');
  expect(hintOf("zebra", ["openai", "test"], inBackticks)).toBe("Known: `openai`, `test`.");
});
