import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { RowStarts } from "../../../activities/rows/row-starts.js";

it("lets rows begin in their order, so many in each turn of the event loop", async () => {
  const starts = new RowStarts(3);
  const begun: number[] = [];
  const all = Array.from({ length: 8 }, async (_, row) => {
    await starts.begin();
    begun.push(row);
  });
  const counts: number[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    await nextTurn();
    counts.push(begun.length);
  }
  await Promise.all(all);
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  // Three at once, three in the first turn, and the last two in the second one.
  expect(counts).toEqual([6, 8, 8, 8]);
});
