import { describe, expect, it } from "vitest";
import { backoffMs } from "../../../src/domain/failure/backoff.js";

describe("backoffMs", () => {
  it("doubles from a second with each call, up to a minute", () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 2_000].map((attempt) => backoffMs(attempt, 1));
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it("takes away at most half by chance", () => {
    expect([0, 0.5, 1].map((random) => backoffMs(3, random))).toEqual([2_000, 3_000, 4_000]);
  });
});
