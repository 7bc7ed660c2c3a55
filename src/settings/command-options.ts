import { z } from "zod";
import type { Table } from "./option.js";
import { asGiven, asNumber, asSwitch } from "./option-readers.js";
import type { RunSettings, Settings } from "./settings.js";

const text = z.string().min(1);
const positive = z.number().positive();
const positiveInteger = z.int().positive();

/** The part of the one table of settings that belongs to commands, and not to an experiment. */
export const commandOptions: Table<Omit<Settings, keyof RunSettings>> = {
  tokensPerMinute: {
    flag: "--tokens-per-minute",
    takes: "N",
    variable: "OSTINATO_TOKENS_PER_MINUTE",
    key: "tokensPerMinute",
    description: "tokens a minute, of prompts and answers together",
    expected: "a number above 0",
    read: asNumber,
    schema: positive,
    default: undefined,
  },
  requestsPerDay: {
    flag: "--requests-per-day",
    takes: "N",
    variable: "OSTINATO_REQUESTS_PER_DAY",
    key: "requestsPerDay",
    description: "requests a day",
    expected: "a whole number above 0",
    read: asNumber,
    schema: positiveInteger,
    default: undefined,
  },
  resetHour: {
    flag: "--reset-hour",
    takes: "0..23",
    variable: "OSTINATO_RESET_HOUR",
    key: "resetHour",
    description: "the hour at which the requests of a day start anew; without it, 0",
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
    description: "of that hour, America/Los_Angeles for instance; without it, UTC",
    expected: "the name of a time zone, such as UTC or America/Los_Angeles",
    read: asGiven,
    schema: text.refine(isTimeZone),
    default: undefined,
  },
  concurrent: {
    flag: "--concurrent",
    takes: "N",
    variable: "OSTINATO_CONCURRENT",
    key: "concurrent",
    description: "most experiments that a watch runs at once",
    expected: "a whole number above 0",
    read: asNumber,
    schema: positiveInteger,
    default: 1,
  },
  once: {
    flag: "--once",
    variable: "OSTINATO_ONCE",
    key: "once",
    description: "end the watch when nothing waits or runs any more",
    expected: "true or false",
    read: asSwitch,
    schema: z.boolean(),
    default: false,
  },
  detach: {
    flag: "--detach",
    variable: "OSTINATO_DETACH",
    key: "detach",
    description: "start it and return at once",
    expected: "true or false",
    read: asSwitch,
    schema: z.boolean(),
    default: false,
  },
  json: {
    flag: "--json",
    variable: "OSTINATO_JSON",
    key: "json",
    description: "one JSON object a line on stdout",
    expected: "true or false",
    read: asSwitch,
    schema: z.boolean(),
    default: false,
  },
};

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
