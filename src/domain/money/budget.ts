import { countOf } from "../count-text.js";
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

/**
 * The source of an answer's expected tokens: none, the record's own maximum, or the answers of the
 * run so far.
 */
export type AnswerBasis = "assumed" | "max_tokens" | "average";

/** The expected cost of a call. */
export interface ExpectedCost {
  /** Dollars. */
  readonly cost: number;
  /** Tokens of the answer. */
  readonly output: number;
  readonly basis: AnswerBasis;
}

/** The reason why an experiment waits. */
export function costReached(
  { maxCost, spent }: Omit<Money, "inFlight">,
  { cost, output, basis }: ExpectedCost,
): string {
  return (
    `$${exact(spent)} of --max-cost ${maxCost} is spent, and the next call is expected to cost ` +
    `$${exact(cost)}. ${basisTexts[basis](countOf(output, "token"))}`
  );
}

const basisTexts: Readonly<Record<AnswerBasis, (tokens: string) => string>> = {
  assumed: (tokens) => `No answer has come yet, so ${tokens} are assumed.`,
  max_tokens: (tokens) => `Its answer may have ${tokens}, the maximum of the record.`,
  average: (tokens) => `Its answer is expected to have ${tokens}, the average so far.`,
};

const amounts = /^\$([\d.]+) of --max-cost .* expected to cost \$([\d.]+)\.(?: |$)/;

/**
 * A larger sum for a run that waits: twice its maximum, or twice the sum that the next call needs.
 *
 * @param reason of `costReached`; a reason of an older version will do
 */
export function largerSum(maxCost: number, reason: string): number {
  const [, spent = "0", expected = "0"] = amounts.exec(reason) ?? [];
  return roundedUp(2 * Math.max(maxCost, sumOfDollars([Number(spent), Number(expected)])));
}

/** Six decimals: a rounded sum may look as if there were room for the call. */
function exact(dollars: number): string {
  return dollars.toLocaleString("en-US", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
    useGrouping: false,
  });
}

/** Two digits, never below the sum. */
function roundedUp(dollars: number): number {
  const digits = 1 - Math.floor(Math.log10(dollars));
  const step = 10 ** digits;
  // Twelve digits, because 0.07 * 100 is a little more than 7.
  return Number((Math.ceil(Number((dollars * step).toPrecision(12))) / step).toPrecision(2));
}
