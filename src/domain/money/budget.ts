import { countOf } from "../count-text.js";
import { sumOfDollars } from "./money.js";

/**
 * Name in place of an `<api>/<model>` for records that wait because the money of `--max-cost` is
 * spent.
 */
export const costTarget = "max-cost";

/** Type of the failure of calls for which no money is left. */
export const costReachedType = "CostReached";

/** The money of an experiment at one moment, in dollars. */
export interface Money {
  readonly maxCost: number;
  /** Cost of all answered calls. */
  readonly spent: number;
  /** Expected cost of the calls in flight. */
  readonly inFlight: number;
}

/**
 * Decision about a call. `wait`: there may be room once calls in flight have ended. `stop`: only a
 * larger sum makes room.
 */
export type Admission = "admitted" | "wait" | "stop";

/** Decides whether a call of the expected cost, in dollars, is admitted. */
export function admissionOf(expected: number, { maxCost, spent, inFlight }: Money): Admission {
  if (sumOfDollars([spent, expected]) > maxCost) return "stop";
  return sumOfDollars([spent, inFlight, expected]) > maxCost ? "wait" : "admitted";
}

/**
 * Source of an answer's expected tokens: an assumption, the record's own maximum, or the average
 * answer of the run so far.
 */
export type AnswerBasis = "assumed" | "max_tokens" | "average";

/** Expected cost of a call. */
export interface ExpectedCost {
  /** Cost in dollars. */
  readonly cost: number;
  /** Tokens of the answer. */
  readonly output: number;
  readonly basis: AnswerBasis;
}

/** Returns the reason why an experiment waits. */
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
 * Returns a larger sum in dollars for a waiting run: twice its maximum, or twice the sum that the
 * next call needs.
 *
 * @param reason reason from `costReached`. Reasons of older versions work too.
 */
export function largerSum(maxCost: number, reason: string): number {
  const [, spent = "0", expected = "0"] = amounts.exec(reason) ?? [];
  return roundedUp(2 * Math.max(maxCost, sumOfDollars([Number(spent), Number(expected)])));
}

/**
 * Formats dollars with six decimals. A rounded sum could look as if there were room for the call.
 */
function exact(dollars: number): string {
  return dollars.toLocaleString("en-US", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
    useGrouping: false,
  });
}

/** Rounds up to two digits. */
function roundedUp(dollars: number): number {
  const digits = 1 - Math.floor(Math.log10(dollars));
  const step = 10 ** digits;
  // `toPrecision` removes rounding errors, because 0.07 * 100 is a little more than 7.
  return Number((Math.ceil(Number((dollars * step).toPrecision(12))) / step).toPrecision(2));
}
