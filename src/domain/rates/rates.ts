import { defined } from "../defined.js";
/**
 * The highest rate that a setting may ask for: 10,000 calls a second. A limit gives each slot by itself, up to two
 * seconds ahead, so the work of a lease grows with the rate.
 */
export const mostRequestsPerMinute = 600_000;

export function isRequestRate(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value <= mostRequestsPerMinute;
}

/** A rate of requests as messages ask for it: "Expected … to be …". */
export const requestRateText = `a number above 0 and at most ${mostRequestsPerMinute.toLocaleString("en")}`;

/** What a group may do, as its limit is told. */
export interface GroupRates {
  /** Above 0 and at most `mostRequestsPerMinute`, fractions included. */
  readonly requestsPerMinute: number;
  /** Of prompts and answers together; above 0. */
  readonly tokensPerMinute?: number;
  /** Most calls in flight at once; a whole number above 0. */
  readonly inFlight?: number;
  readonly requestsPerDay?: DailyQuota;
}

/** How many calls a day may see, and when its count starts anew. */
export interface DailyQuota {
  /** A whole number above 0. */
  readonly requests: number;
  /** 0 to 23, in `timeZone`. @default 0 */
  readonly resetHour: number;
  /** By its IANA name, `America/Los_Angeles` for instance. @default "UTC" */
  readonly timeZone: string;
}

/** The rates alone, of whatever carries them. */
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

/** What an entry of the rate table says; the rest is as the experiment's own settings have it. */
export type GivenRates = Partial<GroupRates>;

/** One entry of the rate table (`--max-queries-json`): either rates of its own, or those of its models. */
export interface NamedRates {
  /** A group's or an API's. */
  readonly name: string;
  readonly rates?: GivenRates;
  /** In the table's order. The model called `default` stands for `name` itself. */
  readonly models?: readonly { readonly model: string; readonly rates: GivenRates }[];
}
