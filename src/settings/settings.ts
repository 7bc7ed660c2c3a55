import type { JsonObject } from "../domain/json/json.js";
import type { PriceTable } from "../domain/money/price.js";
import type { ScorerSetting } from "../domain/scores/scorer-setting.js";

/**
 * The settings of an experiment, from a library user or the CLI. Paths are absolute once resolved.
 */
export interface RunSettings {
  /**
   * The experiment's input: JSON lines, an array of JSON, a table with a header, or a text with one
   * prompt per line.
   */
  readonly file: string;
  /**
   * Models of the records that name no API, each as `<api>/<model>` or `<api>`. Several make
   * several records of each.
   */
  readonly models?: readonly string[];
  /** Parameters of all records. A record's own ones win. */
  readonly parameters?: JsonObject;
  /** The key or column that has the prompt. @default "prompt" */
  readonly promptColumn?: string;
  /** File with a Jinja template of the prompt over the keys or columns. */
  readonly template?: string;
  /** Name of the experiment. @default the file's name without its suffix */
  readonly name?: string;
  /** The folder with `input/`, `output/` and `media/`; created if missing. @default "data" */
  readonly dataFolder: string;
  /** File with variables for API keys; variables of the process override it. @default ".env" */
  readonly envFile: string;
  /** Above 0; fractions are allowed. @default 10 */
  readonly requestsPerMinute: number;
  /**
   * Maximum number of calls for a record, or for a turn of a chat, before the record fails.
   * @default 5
   */
  readonly maxAttempts: number;
  /** Timeout of one call, from its send. @default 300_000 */
  readonly timeoutMs: number;
  /** Time in which a model answers only 429, after which its records fail. @default 3_600_000 */
  readonly throttleTimeoutMs: number;
  /**
   * Tokens of prompts and answers together, above 0. With `parallel`, the value applies to each
   * group.
   */
  readonly tokensPerMinute?: number;
  /** Maximum number of calls per day. With `parallel`, the value applies to each group. */
  readonly requestsPerDay?: number;
  /** The hour in `timeZone` at which the daily count resets. @default 0 */
  readonly resetHour?: number;
  /** IANA name of the time zone of `resetHour`. @default "UTC" */
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
   * JSON file of rates by group, API and model, for `parallel`. Names without an entry have
   * `requestsPerMinute`.
   */
  readonly maxQueriesJson?: string;
  /** Action for records whose API and model are blocked until a person acts. @default "wait" */
  readonly onBlocked: "wait" | "fail";
  /** Move the file to the output folder instead of copying it. @default false */
  readonly moveToInput: boolean;
  /**
   * Ask everything again, also records that earlier runs of the same name have answers for.
   * @default false
   */
  readonly again?: boolean;
  /** Record invalid lines as failed instead of refusing the file. @default false */
  readonly skipInvalid: boolean;
  /** Show the start of each prompt in the Web UI. @default true */
  readonly preview: boolean;
  /** Modules with your own APIs: see `OwnApi`. */
  readonly providers?: readonly string[];
  /** Write the answers as CSV too, beside the JSONL. @default false */
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
  /** Write the rephrased prompts to a file and send none of them. @default false */
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
   * Dollars that the experiment may spend, with all of its stages. It then waits for
   * `resumeExperiment` with a larger sum. @default no limit
   */
  readonly maxCost?: number;
}

/** All settings: those of a run and those of commands. */
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
