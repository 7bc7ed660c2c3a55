import { describe, expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../src/settings/duration.js";

describe("a duration as users write it", () => {
  test.each([
    ["500ms", 500],
    ["30s", 30_000],
    ["5m", 300_000],
    ["1h30m", 5_400_000],
    ["2d", 172_800_000],
    ["1d12h", 129_600_000],
    ["1.5m", 90_000],
    ["300", 300_000],
    [0.25, 250],
    [" 2s ", 2000],
  ])("%j is %d ms", (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test.each(["", "s", "-5s", "5 parsecs", "5x", "1e3", "five"])("%j is none", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe("a duration as users read it", () => {
  test.each([
    [0, "0.0s"],
    [440, "0.4s"],
    [12_340, "12.3s"],
    [59_960, "1m 00s"],
    [303_000, "5m 03s"],
    [7_500_000, "2h 05m"],
    [273_600_000, "3d 04h"],
  ])("%d ms is %s", (durationMs, expected) => {
    expect(formatDuration(durationMs)).toBe(expected);
  });
});
