import { expect, it } from "vitest";
import { admissionOf, costReached, largerSum } from "../../../src/domain/money/budget.js";

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

it.each([
  ["assumed", 1_000, "No answer has come yet, so 1,000 tokens are assumed."],
  ["max_tokens", 500, "Its answer may have 500 tokens, the maximum of the record."],
  ["average", 1, "Its answer is expected to have 1 token, the average so far."],
] as const)("names what is spent, the sum, and the next call: %s", (basis, output, sentence) => {
  expect(costReached({ maxCost: 5, spent: 4.981 }, { cost: 0.03, output, basis })).toBe(
    `$4.981 of --max-cost 5 is spent, and the next call is expected to cost $0.03. ${sentence}`,
  );
});

it.each([
  // There is room for one cent less than the next call needs.
  { maxCost: 0.3, spent: 0.2942, expected: 0.0063, larger: 0.61 },
  // Twice the maximum would not pay the next call.
  { maxCost: 0.01, spent: 0, expected: 0.0482, larger: 0.097 },
  { maxCost: 50, spent: 49.99, expected: 0.02, larger: 110 },
  { maxCost: 0.000002, spent: 0.000001, expected: 0.0000015, larger: 0.000006 },
])("suggests $larger, which pays more calls", ({ maxCost, spent, expected, larger }) => {
  const next = { cost: expected, output: 100, basis: "average" } as const;
  const reason = costReached({ maxCost, spent }, next);
  const sum = largerSum(maxCost, reason);
  expect(sum).toBe(larger);
  // A run that an older version stopped has the first sentence alone.
  const [older = ""] = reason.split(/(?<=\.) /);
  expect(largerSum(maxCost, older)).toBe(larger);
  expect(admissionOf(expected, { maxCost: sum, spent, inFlight: 0 })).toBe("admitted");
});
