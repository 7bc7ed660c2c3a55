import { describe, expect, it } from "vitest";
import { routeKey, sampleRoute } from "../../../src/domain/graph/sample-route.js";

const successors = ["a", "b", "c"];

describe("sampleNSteps", () => {
  it("draws n of the successors, in their order, the same for the same seed and row", () => {
    for (let row = 0; row < 200; row += 1) {
      const drawn = sampleRoute({ n: 2, seed: 3 }, `${row}`, successors);
      expect(drawn).toHaveLength(2);
      expect(successors.filter((name) => drawn.includes(name))).toEqual(drawn);
      expect(sampleRoute({ n: 2, seed: 3 }, `${row}`, successors)).toEqual(drawn);
    }
  });

  it("draws each about equally often", () => {
    const counts = new Map<string, number>();
    for (let row = 0; row < 3_000; row += 1) {
      const [drawn = ""] = sampleRoute({ n: 1, seed: 0 }, `${row}`, successors);
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    // 1,000 of 3,000 are due; the standard deviation is sqrt(3000 · 1/3 · 2/3) = 25.8, and 5 of
    // them are 129.
    for (const name of successors)
      expect(Math.abs((counts.get(name) ?? 0) - 1_000)).toBeLessThan(129);
  });

  it("draws otherwise with another seed", () => {
    const drawn = (seed: number): string =>
      Array.from({ length: 50 }, (_, row) =>
        sampleRoute({ n: 1, seed }, `${row}`, successors),
      ).join();
    expect(drawn(1)).not.toBe(drawn(2));
  });

  it("decides once for a block of rows", () => {
    expect([0, 49, 50].map((position) => routeKey(position, "", 50))).toEqual([
      "block 0",
      "block 0",
      "block 1",
    ]);
    expect(routeKey(49, "/3")).toBe("49/3");
  });
});
