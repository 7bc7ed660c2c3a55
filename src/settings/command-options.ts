import { z } from "zod";
import type { Table } from "./option.js";
import { asNumber, asSwitch } from "./option-readers.js";
import type { RunSettings, Settings } from "./settings.js";

const positiveInteger = z.int().positive();

/** The part of the one table of settings that belongs to commands, and not to an experiment. */
export const commandOptions: Table<Omit<Settings, keyof RunSettings>> = {
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
