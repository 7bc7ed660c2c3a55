import { expect, test } from "vitest";
import { windowOf } from "../../../src/domain/experiment/window-of.js";

const target = { target: "test/a", limitKey: "test", limitId: "limit/test" };

test.each([
  // A call of 30 s at 60 a minute: 30 are in flight, and as many rows again have room.
  [[60], 60],
  [[60, 10], 60],
  [[1], 20],
  [[60_000], 1_000],
  [[], 20],
])("models of %j calls a minute have a window of %i rows", (rates, rows) => {
  expect(windowOf(rates.map((requestsPerMinute) => ({ ...target, requestsPerMinute })))).toBe(rows);
});
