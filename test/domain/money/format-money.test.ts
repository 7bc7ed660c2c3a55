import { expect, it } from "vitest";
import { formatMoney } from "../../../src/domain/money/format-money.js";

it.each([
  [0, "$0.00"],
  [1_234.567, "$1,234.57"],
  [1, "$1.00"],
  [0.5, "$0.50"],
  [0.12345, "$0.1235"],
  [0.0024, "$0.0024"],
  [0.0000049, "$0.000005"],
])("writes %d dollars as %s", (dollars, text) => {
  expect(formatMoney(dollars)).toBe(text);
});
