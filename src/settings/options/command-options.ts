import type { Table } from "./option.js";
import { onOrOff, wholeNumber } from "./option-kinds.js";
import type { RunSettings, Settings } from "../settings.js";

/** Rows of the options table for settings of commands. Experiments do not have these settings. */
export const commandOptions: Table<Omit<Settings, keyof RunSettings>> = {
  concurrent: {
    flag: "--concurrent",
    takes: "N",
    variable: "OSTINATO_CONCURRENT",
    key: "concurrent",
    description: "maximum experiments that a watch runs at once",
    ...wholeNumber,
    default: 1,
  },
  once: {
    flag: "--once",
    variable: "OSTINATO_ONCE",
    key: "once",
    description: "end the watch when no experiment waits or runs",
    ...onOrOff,
    default: false,
  },
  detach: {
    flag: "--detach",
    variable: "OSTINATO_DETACH",
    key: "detach",
    description: "start in the background and return",
    ...onOrOff,
    default: false,
  },
  json: {
    flag: "--json",
    variable: "OSTINATO_JSON",
    key: "json",
    description: "print one JSON object per line to stdout",
    ...onOrOff,
    default: false,
  },
};
