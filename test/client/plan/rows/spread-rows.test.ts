import { expect, test } from "vitest";
import { spreadRows } from "../../../../src/client/plan/rows/spread-rows.js";

function positionsOf(count: number): readonly unknown[] {
  const rows = spreadRows<{ readonly position: number }>();
  for (let position = 0; position < count; position += 1) rows.add({ position });
  expect(rows.count()).toBe(count);
  return rows.picked.map(({ position }) => position);
}

test("few rows are all picked, many evenly", () => {
  expect(positionsOf(3)).toEqual([0, 1, 2]);
  const picked = positionsOf(1_000);
  // Every 32nd row: more often would be more than 50.
  expect(picked).toEqual(Array.from({ length: 32 }, (_, index) => index * 32));
});
