import { formatMoney } from "./format-money.js";
import { sumOfDollars } from "./money.js";

/** Stands for an `<api>/<model>` where records wait because the money of `--max-cost` is spent. */
export const costTarget = "max-cost";

/** Type of the failure of calls without money. */
export const costReachedType = "CostReached";

/** The money of an experiment at one moment, in dollars. */
export interface Money {
  readonly maxCost: number;
  /** The cost of all answered calls. */
  readonly spent: number;
  /** The expected cost of the calls in flight. */
  readonly inFlight: number;
}

/**
 * `wait`: there may be room once calls in flight have ended; `stop`: only a larger sum makes room.
 */
export type Admission = "admitted" | "wait" | "stop";

/** Decides on a call of the expected cost. */
export function admissionOf(expected: number, { maxCost, spent, inFlight }: Money): Admission {
  if (sumOfDollars([spent, expected]) > maxCost) return "stop";
  return sumOfDollars([spent, inFlight, expected]) > maxCost ? "wait" : "admitted";
}

/** The reason why an experiment waits. */
export function costReached({ maxCost, spent }: Omit<Money, "inFlight">, expected: number): string {
  return (
    `${formatMoney(spent)} of --max-cost ${maxCost} is spent, ` +
    `and the next call is expected to cost ${formatMoney(expected)}.`
  );
}
