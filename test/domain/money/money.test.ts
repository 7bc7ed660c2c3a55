import fc from "fast-check";
import { expect, it } from "vitest";
import {
  roundedDivision,
  scaled,
  sumOfDollars,
  toDollars,
  toPicos,
} from "../../../src/domain/money/money.js";

it("reads decimal numbers exactly, in any notation", () => {
  expect(scaled(0.1, 12)).toBe(100_000_000_000n);
  expect(scaled(2.5e-7, 12)).toBe(250_000n);
  expect(scaled(1e21, 0)).toBe(1_000_000_000_000_000_000_000n);
  expect(scaled(0.0000000000005, 12)).toBe(1n);
});

it("rounds halves up", () => {
  expect(roundedDivision(5n, 10n)).toBe(1n);
  expect(roundedDivision(49n, 100n)).toBe(0n);
});

it("adds amounts without the drift of floating point", () => {
  expect(0.1 + 0.2).not.toBe(0.3);
  expect(sumOfDollars([0.1, 0.2])).toBe(0.3);
  expect(sumOfDollars(Array.from({ length: 10_000 }, () => 0.0000001))).toBe(0.001);
  expect(sumOfDollars([123_456_789.1, 0.000001])).toBe(123_456_789.100001);
});

it("keeps each amount of a call through files", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e15 }), (picos) => {
      const read = JSON.parse(JSON.stringify(toDollars(picos))) as number;
      expect(toPicos(read)).toBe(picos);
    }),
  );
});
