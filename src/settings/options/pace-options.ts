import * as z from "zod";
import type { Table } from "./option.js";
import { onOrOff, positiveNumber, text, wholeNumber } from "./option-kinds.js";
import { asDuration, asGiven, asNumber, asPath, asTimeZone } from "./option-readers.js";
import type { RunSettings } from "../settings.js";
import { isRequestRate, requestRateText } from "../../domain/rates/rates.js";
import { timeZoneNamed } from "../../domain/rates/time-zone.js";

/** Settings for rates, timeouts and the number of attempts. */
export type PaceSettings = Pick<
  RunSettings,
  | "requestsPerMinute"
  | "parallel"
  | "maxQueriesJson"
  | "tokensPerMinute"
  | "requestsPerDay"
  | "resetHour"
  | "timeZone"
  | "inFlight"
  | "priority"
  | "maxAttempts"
  | "timeoutMs"
  | "throttleTimeoutMs"
  | "onBlocked"
  | "maxCost"
>;

/** Rows of the options table for these settings. */
export const paceOptions: Table<PaceSettings> = {
  requestsPerMinute: {
    flag: "--max-queries",
    short: "-mq",
    takes: "N",
    variable: "OSTINATO_MAX_QUERIES",
    key: "maxQueries",
    description: "requests per minute",
    expected: requestRateText,
    read: asNumber,
    schema: z.number().refine(isRequestRate),
    default: 10,
  },
  parallel: {
    flag: "--parallel",
    short: "-p",
    variable: "OSTINATO_PARALLEL",
    key: "parallel",
    description: "group the records by their `group` or API, and send the groups in parallel",
    ...onOrOff,
    default: false,
  },
  maxQueriesJson: {
    flag: "--max-queries-json",
    short: "-mqj",
    takes: "FILE",
    variable: "OSTINATO_MAX_QUERIES_JSON",
    key: "maxQueriesJson",
    description: "JSON file of requests per minute by group, API and model, for --parallel",
    expected: "the path of a JSON file",
    read: asPath,
    schema: text,
    default: undefined,
  },
  tokensPerMinute: {
    flag: "--tokens-per-minute",
    takes: "N",
    variable: "OSTINATO_TOKENS_PER_MINUTE",
    key: "tokensPerMinute",
    description: "tokens per minute, prompts and answers together",
    otherwise: "no limit",
    ...positiveNumber,
    default: undefined,
  },
  requestsPerDay: {
    flag: "--requests-per-day",
    takes: "N",
    variable: "OSTINATO_REQUESTS_PER_DAY",
    key: "requestsPerDay",
    description: "requests per day",
    otherwise: "no limit",
    ...wholeNumber,
    default: undefined,
  },
  resetHour: {
    flag: "--reset-hour",
    takes: "0..23",
    variable: "OSTINATO_RESET_HOUR",
    key: "resetHour",
    description: "hour at which --requests-per-day starts again",
    otherwise: "0",
    expected: "a whole number from 0 to 23",
    read: asNumber,
    schema: z.int().min(0).max(23),
    default: undefined,
  },
  timeZone: {
    flag: "--time-zone",
    takes: "ZONE",
    variable: "OSTINATO_TIME_ZONE",
    key: "timeZone",
    description: "time zone of --reset-hour, e.g. America/Los_Angeles",
    otherwise: "UTC",
    expected: "the name of a time zone, such as UTC or America/Los_Angeles",
    read: asTimeZone,
    schema: text.refine((name) => timeZoneNamed(name) !== undefined),
    default: undefined,
  },
  inFlight: {
    flag: "--in-flight",
    takes: "N",
    variable: "OSTINATO_IN_FLIGHT",
    key: "inFlight",
    description: "maximum calls in flight, per group with --parallel",
    otherwise: "no limit",
    ...wholeNumber,
    default: undefined,
  },
  priority: {
    flag: "--priority",
    takes: "1..5",
    variable: "OSTINATO_PRIORITY",
    key: "priority",
    description: "priority among experiments that share a limit: 1 is first, 5 last",
    expected: "a whole number from 1 to 5",
    read: asNumber,
    schema: z.int().min(1).max(5),
    default: 3,
  },
  maxAttempts: {
    flag: "--max-attempts",
    short: "-ma",
    takes: "N",
    variable: "OSTINATO_MAX_ATTEMPTS",
    key: "maxAttempts",
    description: "maximum calls per record before it fails",
    ...wholeNumber,
    default: 5,
  },
  timeoutMs: {
    flag: "--timeout",
    takes: "DURATION",
    variable: "OSTINATO_TIMEOUT",
    key: "timeout",
    description: "timeout of one call: 500ms, 30s, 5m, or a number of seconds",
    expected: 'a duration above 0, such as "30s", "5m" or a number of seconds',
    read: asDuration,
    schema: positiveNumber.schema,
    default: "300s",
  },
  throttleTimeoutMs: {
    flag: "--throttle-timeout",
    takes: "DURATION",
    variable: "OSTINATO_THROTTLE_TIMEOUT",
    key: "throttleTimeout",
    description: "fail the records of a model after this time of only 429 answers: 30m, 1h",
    expected: 'a duration above 0, such as "30m", "1h" or a number of seconds',
    read: asDuration,
    schema: positiveNumber.schema,
    default: "1h",
  },
  onBlocked: {
    flag: "--on-blocked",
    takes: "wait|fail",
    variable: "OSTINATO_ON_BLOCKED",
    key: "onBlocked",
    description:
      "when an API refuses the key or has no quota, wait for `resume` or fail the records",
    expected: '"wait" or "fail"',
    read: asGiven,
    schema: z.enum(["wait", "fail"]),
    default: "wait",
  },
  maxCost: {
    flag: "--max-cost",
    takes: "DOLLARS",
    variable: "OSTINATO_MAX_COST",
    key: "maxCost",
    description: "dollars to spend before the experiment waits for `resume --max-cost`",
    otherwise: "no limit",
    ...positiveNumber,
    default: undefined,
  },
};
