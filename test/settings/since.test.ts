import { expect, test } from "vitest";
import { parseSince } from "../../src/settings/since.js";

const now = Date.parse("2026-11-29T12:00:00Z");

test.each([
  ["30m", "2026-11-29T11:30:00Z"],
  ["12h", "2026-11-29T00:00:00Z"],
  ["1.5 d", "2026-11-28T00:00:00Z"],
  ["1w", "2026-11-22T12:00:00Z"],
  ["2026-11-01T10:00:00Z", "2026-11-01T10:00:00Z"],
  ["2026-11-01T10:00+02:00", "2026-11-01T08:00:00Z"],
])("%s is %s", (text, expected) => {
  expect(parseSince(text, now)).toBe(Date.parse(expected));
});

test("a date begins at local midnight", () => {
  expect(parseSince("2026-11-01", now)).toBe(new Date(2026, 10, 1).getTime());
});

test.each(["", "30", "2x", "yesterday", "2026-13-01", "01-11-2026", "-1d"])(
  "%j is refused",
  (text) => {
    expect(parseSince(text, now)).toBeUndefined();
  },
);
