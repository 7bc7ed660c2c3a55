import { z } from "zod";
import type { Table } from "./option.js";
import { asDuration, asGiven, asNumber, asPath, asPaths, asSwitch } from "./option-readers.js";
import { readScorers, scorersSchema } from "./read-scorers.js";
import type { RunSettings, Settings } from "./settings.js";
import type { StageSettings } from "./stage-options.js";
import { stageOptions } from "./stage-options.js";

export type { Option } from "./option.js";

const text = z.string().min(1);
const positive = z.number().positive();
const positiveInteger = z.int().positive();

const runOptions: Table<Omit<RunSettings, keyof StageSettings>> = {
  file: {
    flag: "--file",
    short: "-f",
    takes: "FILE",
    variable: "OSTINATO_FILE",
    key: "file",
    description: "the experiment's input, the same as the argument FILE",
    expected: "the path of a file",
    read: asPath,
    schema: text,
    default: undefined,
  },
  name: {
    flag: "--name",
    takes: "NAME",
    variable: "OSTINATO_NAME",
    key: "name",
    description: "the experiment's name; without it, the file's name",
    expected: "a name without slashes that does not start with a dot",
    read: asGiven,
    schema: z.string().regex(/^[^./\\\0][^/\\\0]*$/),
    default: undefined,
  },
  dataFolder: {
    flag: "--data-folder",
    short: "-d",
    takes: "FOLDER",
    variable: "OSTINATO_DATA_FOLDER",
    key: "dataFolder",
    description: "the folder with input/, output/ and media/; made if missing",
    expected: "the path of a folder",
    read: asPath,
    schema: text,
    default: "data",
  },
  envFile: {
    flag: "--env-file",
    short: "-e",
    takes: "FILE",
    variable: "OSTINATO_ENV_FILE",
    key: "envFile",
    description: "file of variables with the API keys; the environment wins over it",
    expected: "the path of a file",
    read: asPath,
    schema: text,
    default: ".env",
  },
  requestsPerMinute: {
    flag: "--max-queries",
    short: "-mq",
    takes: "N",
    variable: "OSTINATO_MAX_QUERIES",
    key: "maxQueries",
    description: "requests a minute",
    expected: "a number above 0",
    read: asNumber,
    schema: positive,
    default: 10,
  },
  parallel: {
    flag: "--parallel",
    short: "-p",
    variable: "OSTINATO_PARALLEL",
    key: "parallel",
    description: "group the records by `group` or API, and send the groups at the same time",
    expected: "true or false",
    read: asSwitch,
    schema: z.boolean(),
    default: false,
  },
  maxQueriesJson: {
    flag: "--max-queries-json",
    short: "-mqj",
    takes: "FILE",
    variable: "OSTINATO_MAX_QUERIES_JSON",
    key: "maxQueriesJson",
    description: "JSON file of requests a minute by group, API and model, for --parallel",
    expected: "the path of a JSON file",
    read: asPath,
    schema: text,
    default: undefined,
  },
  maxAttempts: {
    flag: "--max-attempts",
    short: "-ma",
    takes: "N",
    variable: "OSTINATO_MAX_ATTEMPTS",
    key: "maxAttempts",
    description: "calls for a record before it counts as failed",
    expected: "a whole number above 0",
    read: asNumber,
    schema: positiveInteger,
    default: 5,
  },
  timeoutMs: {
    flag: "--timeout",
    takes: "DURATION",
    variable: "OSTINATO_TIMEOUT",
    key: "timeout",
    description: "for one call, from its send: 500ms, 30s, 5m, or a number of seconds",
    expected: 'a duration above 0, such as "30s", "5m" or a number of seconds',
    read: asDuration,
    schema: positive,
    default: "300s",
  },
  inFlight: {
    flag: "--in-flight",
    takes: "N",
    variable: "OSTINATO_IN_FLIGHT",
    key: "inFlight",
    description: "most calls in flight at once; with --parallel, of each group",
    expected: "a whole number above 0",
    read: asNumber,
    schema: positiveInteger,
    default: undefined,
  },
  priority: {
    flag: "--priority",
    takes: "1..5",
    variable: "OSTINATO_PRIORITY",
    key: "priority",
    description: "among experiments that share a limit, 1 goes first and 5 last",
    expected: "a whole number from 1 to 5",
    read: asNumber,
    schema: z.int().min(1).max(5),
    default: 3,
  },
  onBlocked: {
    flag: "--on-blocked",
    takes: "wait|fail",
    variable: "OSTINATO_ON_BLOCKED",
    key: "onBlocked",
    description: "records whose API refuses the key or has no quota: wait for `resume`, or fail",
    expected: '"wait" or "fail"',
    read: asGiven,
    schema: z.enum(["wait", "fail"]),
    default: "wait",
  },
  moveToInput: {
    flag: "--move-to-input",
    short: "-m",
    variable: "OSTINATO_MOVE_TO_INPUT",
    key: "moveToInput",
    description: "move the file instead of copying it",
    expected: "true or false",
    read: asSwitch,
    schema: z.boolean(),
    default: false,
  },
  skipInvalid: {
    flag: "--skip-invalid",
    variable: "OSTINATO_SKIP_INVALID",
    key: "skipInvalid",
    description: "record invalid lines as failed and go on",
    expected: "true or false",
    read: asSwitch,
    schema: z.boolean(),
    default: false,
  },
  preview: {
    flag: "--no-preview",
    variable: "OSTINATO_PREVIEW",
    key: "preview",
    description: "leave the start of each prompt out of the Web UI",
    expected: "true or false",
    read: asSwitch,
    schema: z.boolean(),
    default: true,
  },
  providers: {
    flag: "--provider",
    takes: "MODULE",
    repeats: true,
    variable: "OSTINATO_PROVIDERS",
    key: "providers",
    description: "JavaScript module with an API of your own; repeatable, in the variable by commas",
    expected: "a list of paths of modules",
    read: asPaths,
    schema: z.array(text),
    default: undefined,
  },
  outputAsCsv: {
    flag: "--output-as-csv",
    variable: "OSTINATO_OUTPUT_AS_CSV",
    key: "outputAsCsv",
    description: "write the answers as CSV too",
    expected: "true or false",
    read: asSwitch,
    schema: z.boolean(),
    default: false,
  },
  scorers: {
    flag: "--scorers",
    short: "-s",
    takes: "LIST",
    repeats: true,
    variable: "OSTINATO_SCORERS",
    key: "scorers",
    description: "score the answers at the end: match,includes:ignore-case,./mine.js",
    expected: "a list of scorers, each a text or an object with `scorer` and its options",
    read: readScorers,
    schema: scorersSchema,
    default: undefined,
  },
};

const commandOptions: Table<Omit<Settings, keyof RunSettings>> = {
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

/**
 * The one table of settings: flags, variables, `ostinato.json`, help and defaults all come from it. A setting that is
 * missing here does not compile.
 */
export const options = { ...runOptions, ...stageOptions, ...commandOptions } as const;

// The table's type gives it exactly these keys.
export const runSettingNames = Object.keys({
  ...runOptions,
  ...stageOptions,
}) as readonly (keyof RunSettings)[];

/** Say which experiment a run is, and where it lies: a watch finds that out by itself. */
const namedByWatch = ["file", "name", "dataFolder", "moveToInput"] as const;

/** How the experiments of a watch are run. */
export const watchedRunSettingNames = runSettingNames.filter(
  (name): name is Exclude<keyof RunSettings, (typeof namedByWatch)[number]> =>
    !namedByWatch.some((one) => one === name),
);

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
