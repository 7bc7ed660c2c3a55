import * as z from "zod";
import { commandOptions } from "./command-options.js";
import type { InputSettings } from "./input-options.js";
import { inputOptions } from "./input-options.js";
import type { Table } from "./option.js";
import { filePath, folderPath, onOrOff, text } from "./option-kinds.js";
import { asGiven, asPaths } from "./option-readers.js";
import type { PaceSettings } from "./pace-options.js";
import { paceOptions } from "./pace-options.js";
import { pricesSchema, readPrices } from "../prices/read-prices.js";
import { readScorers, scorersSchema } from "../read-scorers.js";
import type { RunSettings } from "../settings.js";
import type { StageSettings } from "./stage-options.js";
import { stageOptions } from "./stage-options.js";

export type { Option } from "./option.js";

const runOptions: Table<
  Omit<RunSettings, keyof StageSettings | keyof PaceSettings | keyof InputSettings>
> = {
  file: {
    flag: "--file",
    short: "-f",
    takes: "FILE",
    variable: "OSTINATO_FILE",
    key: "file",
    description:
      "input file, same as the argument FILE: .jsonl, .json, .csv or .txt, or - for stdin",
    ...filePath,
    default: undefined,
  },
  name: {
    flag: "--name",
    takes: "NAME",
    variable: "OSTINATO_NAME",
    key: "name",
    description: "name of the experiment",
    otherwise: "the name of the file",
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
    description: "folder with input/, output/ and media/; created if missing",
    ...folderPath,
    default: "data",
  },
  envFile: {
    flag: "--env-file",
    short: "-e",
    takes: "FILE",
    variable: "OSTINATO_ENV_FILE",
    key: "envFile",
    description: "file of variables with the API keys; the environment overrides it",
    ...filePath,
    default: ".env",
  },
  moveToInput: {
    flag: "--move-to-input",
    short: "-m",
    variable: "OSTINATO_MOVE_TO_INPUT",
    key: "moveToInput",
    description: "move the input file instead of copying it",
    ...onOrOff,
    default: false,
  },
  again: {
    flag: "--again",
    variable: "OSTINATO_AGAIN",
    key: "again",
    description: "send everything again, also records that earlier runs have answers for",
    ...onOrOff,
    default: undefined,
  },
  skipInvalid: {
    flag: "--skip-invalid",
    variable: "OSTINATO_SKIP_INVALID",
    key: "skipInvalid",
    description: "record invalid lines as failed and continue",
    ...onOrOff,
    default: false,
  },
  preview: {
    flag: "--no-preview",
    variable: "OSTINATO_PREVIEW",
    key: "preview",
    description: "do not show the start of each prompt in the Web UI",
    ...onOrOff,
    default: true,
  },
  providers: {
    flag: "--provider",
    takes: "MODULE",
    repeats: true,
    variable: "OSTINATO_PROVIDERS",
    key: "providers",
    description:
      "JavaScript module with an API of your own; repeatable, comma-separated in the variable",
    expected: "a list of paths of modules",
    read: asPaths,
    schema: z.array(text),
    default: undefined,
  },
  outputAsCsv: {
    flag: "--output-as-csv",
    variable: "OSTINATO_OUTPUT_AS_CSV",
    key: "outputAsCsv",
    description: "also write the answers as CSV",
    ...onOrOff,
    default: false,
  },
  scorers: {
    flag: "--scorers",
    short: "-s",
    takes: "LIST",
    repeats: true,
    variable: "OSTINATO_SCORERS",
    key: "scorers",
    description:
      "scorers of the answers, comma-separated, e.g. match,includes:ignore-case,./mine.js",
    expected: "a list of scorers, each a text or an object with `scorer` and its options",
    read: readScorers,
    schema: scorersSchema,
    default: undefined,
  },
  prices: {
    flag: "--prices",
    takes: "FILE",
    variable: "OSTINATO_PRICES",
    key: "prices",
    description: "JSON file of your own prices, in dollars per million tokens by API and model",
    expected: "prices by API and model, or the path of a file with them",
    read: readPrices,
    schema: pricesSchema,
    default: undefined,
  },
};

/**
 * The table of all settings. Flags, variables, `ostinato.json`, help and defaults come from it. A
 * setting without a row does not compile.
 */
export const options = {
  ...runOptions,
  ...inputOptions,
  ...paceOptions,
  ...stageOptions,
  ...commandOptions,
} as const;

/** Settings of one experiment. All other rows of the table belong to commands. */
// The type of runOptions guarantees exactly these keys.
export const runSettingNames = Object.keys({
  ...runOptions,
  ...inputOptions,
  ...paceOptions,
  ...stageOptions,
}) as readonly (keyof RunSettings)[];

/** Settings for the names and places of an experiment. A watch determines these values itself. */
const namedByWatch = ["file", "name", "dataFolder", "moveToInput"] as const;

/** The settings that a watch passes to its experiments. */
export const watchedRunSettingNames = runSettingNames.filter(
  (name): name is Exclude<keyof RunSettings, (typeof namedByWatch)[number]> =>
    !namedByWatch.some((one) => one === name),
);

/** The settings that you can change when you retry failed records. */
export const retrySettingNames = [
  "envFile",
  "requestsPerMinute",
  "maxAttempts",
  "timeoutMs",
  "throttleTimeoutMs",
  "tokensPerMinute",
  "requestsPerDay",
  "resetHour",
  "timeZone",
  "inFlight",
  "onBlocked",
  "preview",
  "outputAsCsv",
  "scorers",
  "prices",
  "maxCost",
] as const satisfies readonly (keyof RunSettings)[];
