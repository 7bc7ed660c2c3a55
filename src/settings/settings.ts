import type { JsonObject } from "../domain/json/json.js";
import type { PriceTable } from "../domain/money/price.js";
import type { ScorerSetting } from "../domain/scores/scorer-setting.js";

/**
 * The settings of an experiment, from a library user or the CLI. Paths are absolute once resolved.
 */
export interface RunSettings {
  /**
   * Input file of the experiment: JSON Lines, a JSON array, a table with a header, or a text with
   * one prompt per line.
   */
  readonly file: string;
  /**
   * Models for the records that name no API, each as `<api>/<model>` or `<api>`. With several
   * models, each such record is sent to all of them.
   */
  readonly models?: readonly string[];
  /** Parameters for all records. A record's own parameters override them. */
  readonly parameters?: JsonObject;
  /** Key or column with the prompt. @default "prompt" */
  readonly promptColumn?: string;
  /** File with a Jinja template of the prompt, over the keys or columns of a record. */
  readonly template?: string;
  /** Name of the experiment. @default the file's name without its suffix */
  readonly name?: string;
  /** Folder with `input/`, `output/` and `media/`; created if missing. @default "data" */
  readonly dataFolder: string;
  /** File with variables for API keys. Variables of the process override it. @default ".env" */
  readonly envFile: string;
  /** Requests per minute, above 0; fractions are allowed. @default 10 */
  readonly requestsPerMinute: number;
  /**
   * Maximum number of calls for a record, or for a turn of a chat, before the record fails.
   * @default 5
   */
  readonly maxAttempts: number;
  /** Timeout of one call in ms, counted from its send. @default 300_000 */
  readonly timeoutMs: number;
  /** Time in ms for which a model may answer only 429. Then its records fail. @default 3_600_000 */
  readonly throttleTimeoutMs: number;
  /**
   * Tokens of prompts and answers together per minute, above 0. With `parallel`, the value applies
   * to each group.
   */
  readonly tokensPerMinute?: number;
  /** Maximum number of calls per day. With `parallel`, the value applies to each group. */
  readonly requestsPerDay?: number;
  /** Hour in `timeZone` at which the daily count resets, 0 to 23. @default 0 */
  readonly resetHour?: number;
  /** IANA name of the time zone for `resetHour`. @default "UTC" */
  readonly timeZone?: string;
  /** Maximum number of concurrent calls. With `parallel`, the value applies to each group. */
  readonly inFlight?: number;
  /** Priority among experiments that share a limit: 1 goes first, 5 last. @default 3 */
  readonly priority: number;
  /**
   * Send groups of records concurrently. A record's group is its `group` or its API. @default false
   */
  readonly parallel: boolean;
  /**
   * JSON file with rates by group, API and model, for `parallel`. Names without an entry use
   * `requestsPerMinute`.
   */
  readonly maxQueriesJson?: string;
  /** Action for records whose API and model are blocked until a person acts. @default "wait" */
  readonly onBlocked: "wait" | "fail";
  /** Move the file to the output folder instead of copying it. @default false */
  readonly moveToInput: boolean;
  /**
   * Send all records again, including records for which earlier runs of the same name have answers.
   * @default false
   */
  readonly again?: boolean;
  /** Record invalid lines as failed instead of refusing the file. @default false */
  readonly skipInvalid: boolean;
  /** Show the start of each prompt in the Web UI. @default true */
  readonly preview: boolean;
  /** Paths of modules with your own APIs; see `OwnApi`. */
  readonly providers?: readonly string[];
  /** Also write the answers as CSV. @default false */
  readonly outputAsCsv: boolean;
  /** Folder with `settings.json` and templates. If set, the prompts are rephrased first. */
  readonly rephraseFolder?: string;
  /** Models of the rephrase folder, by name. */
  readonly rephraseModels?: readonly string[];
  /** A file of the rephrase folder with one template per line. @default "template.txt" */
  readonly rephraseTemplates?: string;
  /** Parser that splits one answer into several prompts: `split_numbered_list`. */
  readonly rephraseParser?: string;
  /** Send the rephrased prompts without the original ones. @default false */
  readonly removeOriginal: boolean;
  /** Write the rephrased prompts to a file without sending them. @default false */
  readonly onlyRephrase: boolean;
  /** Folder with `settings.json` and templates. If set, the answers are judged. */
  readonly judgeFolder?: string;
  /** Judges of the judge folder, by name. */
  readonly judges?: readonly string[];
  /** Template files of the judge folder. @default ["template.txt"] */
  readonly judgeTemplates?: readonly string[];
  /**
   * Scorers that run when the experiment finishes: names of built-in scorers and paths of modules,
   * with their options.
   */
  readonly scorers?: readonly ScorerSetting[];
  /**
   * Your own prices, in dollars per million tokens, by API and model. They override the public
   * price lists.
   */
  readonly prices?: PriceTable;
  /**
   * Dollars that the experiment may spend, in all of its stages. Once they are spent, it waits for
   * `resumeExperiment` with a larger sum. @default no limit
   */
  readonly maxCost?: number;
}

/** All settings: settings of a run and settings of commands. */
export interface Settings extends RunSettings {
  /** Maximum number of experiments that a watch runs at once. @default 1 */
  readonly concurrent: number;
  /** End a watch when no experiment is waiting or running. @default false */
  readonly once: boolean;
  /** Start the experiment and return. */
  readonly detach: boolean;
  /** Print machine-readable output. */
  readonly json: boolean;
}
