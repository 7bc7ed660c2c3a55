import { defined } from "../../defined.js";
import { knownCost, unlessNone } from "../../money/spending.js";
import type { Spending } from "../../money/spending.js";
import type { BatchResultFields } from "./result-fields.js";

/** Adds the spending of a run and of its aggregation to the result. */
export function withSpending(result: BatchResultFields, spending: Spending): BatchResultFields {
  const spent = unlessNone(spending);
  if (!spent) return result;
  const unknownCalls = spent.unknownCalls > 0 ? spent.unknownCalls : undefined;
  const money = defined({ cost: knownCost(spent), unknownCalls });
  return { ...result, systemMetrics: { ...result.systemMetrics, ...money } };
}
