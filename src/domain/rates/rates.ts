import { defined } from "../defined.js";
/**
 * The maximum rate of a setting: 10,000 calls per second. A limit gives each slot separately, up to
 * two seconds ahead, so a lease's work grows with the rate.
 */
export const mostRequestsPerMinute = 600_000;

/** The minimum rate of a setting: one call per day. A limit plans its slots one interval ahead. */
const leastRequestsPerMinute = 1 / 1_440;

export function isRequestRate(value: unknown): value is number {
  return (
    typeof value === "number" && value >= leastRequestsPerMinute && value <= mostRequestsPerMinute
  );
}

/** A valid request rate in words, for messages such as "Expected … to be …". */
export const requestRateText = `a number from 0.0007 (one call a day) to ${mostRequestsPerMinute.toLocaleString("en")}`;

/** The rates of a group, as its limit receives them. */
export interface GroupRates {
  /** Requests per minute, from one a day to `mostRequestsPerMinute`; fractions are allowed. */
  readonly requestsPerMinute: number;
  /** Tokens of prompts and answers together per minute; above 0. */
  readonly tokensPerMinute?: number;
  /** Maximum number of concurrent calls; a whole number above 0. */
  readonly inFlight?: number;
  readonly requestsPerDay?: DailyQuota;
}

/** Maximum number of calls per day, and the time at which the count resets. */
export interface DailyQuota {
  /** Number of calls per day; a whole number above 0. */
  readonly requests: number;
  /** Hour of the reset, 0 to 23, in `timeZone`. @default 0 */
  readonly resetHour: number;
  /** IANA name of a time zone, e.g. `America/Los_Angeles`. @default "UTC" */
  readonly timeZone: string;
}

/** Returns the rates from an object that includes them. */
export function ratesOf(
  source: {
    readonly [Key in keyof GroupRates]: GroupRates[Key] | undefined;
  } & Pick<GroupRates, "requestsPerMinute">,
): GroupRates {
  const { requestsPerMinute, tokensPerMinute, inFlight, requestsPerDay } = source;
  return {
    requestsPerMinute,
    ...defined({ tokensPerMinute, inFlight, requestsPerDay }),
  };
}

/** The rates in one entry of the rate table. Missing rates come from the experiment's settings. */
export type GivenRates = Partial<GroupRates>;

/**
 * One entry of the rate table (`--max-queries-json`), with its own rates or the rates of its
 * models.
 */
export interface NamedRates {
  /** Name of a group or an API. */
  readonly name: string;
  readonly rates?: GivenRates;
  /** Rates by model, in the table's order. The model `default` stands for `name` itself. */
  readonly models?: readonly { readonly model: string; readonly rates: GivenRates }[];
}
