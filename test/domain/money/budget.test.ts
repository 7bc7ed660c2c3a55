import { expect, it } from "vitest";
import { admissionOf, costReached } from "../../../src/domain/money/budget.js";

it.each([
  [{ spent: 0, inFlight: 0 }, "admitted"],
  // 0.1 + 0.2 is exactly 0.3 in money.
  [{ spent: 0.1, inFlight: 0.1 }, "admitted"],
  [{ spent: 0.1, inFlight: 0.2 }, "wait"],
  [{ spent: 0.2, inFlight: 0 }, "admitted"],
  [{ spent: 0.2, inFlight: 0.000001 }, "wait"],
  [{ spent: 0.200001, inFlight: 0 }, "stop"],
  [{ spent: 0.3, inFlight: 0.3 }, "stop"],
] as const)("a call of 0.1 dollars with %o of 0.3 dollars: %s", (money, admission) => {
  expect(admissionOf(0.1, { maxCost: 0.3, ...money })).toBe(admission);
});

it("names what is spent, the sum and the next call", () => {
  expect(costReached({ maxCost: 5, spent: 4.981 }, 0.03)).toBe(
    "$4.98 of --max-cost 5 is spent, and the next call is expected to cost $0.03.",
  );
});
