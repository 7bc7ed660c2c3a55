import { expect, test } from "vitest";
import { randomSample } from "../../../src/domain/plan/random-sample.js";

function drawn(seed: number, { size = 20, of = 100 } = {}): readonly number[] {
  const sample = randomSample<number>(size, seed);
  for (let item = 0; item < of; item += 1) sample.add(item);
  return sample.items();
}

test("the same seed draws the same items, in their order, and another seed others", () => {
  expect(drawn(1)).toHaveLength(20);
  expect(new Set(drawn(1)).size).toBe(20);
  expect(drawn(1)).toEqual(drawn(1));
  expect(drawn(1)).toEqual([...drawn(1)].sort((a, b) => a - b));
  expect(drawn(2)).not.toEqual(drawn(1));
  expect(drawn(1, { size: 20, of: 3 })).toEqual([0, 1, 2]);
});

test("each place has the same chance", () => {
  const counts = new Map<number, number>();
  for (let seed = 0; seed < 2_000; seed += 1) {
    for (const item of drawn(seed, { size: 2, of: 10 })) {
      counts.set(item, (counts.get(item) ?? 0) + 1);
    }
  }
  // 400 each, with a standard deviation of 18.
  for (const count of counts.values()) expect(Math.abs(count - 400)).toBeLessThan(90);
});
