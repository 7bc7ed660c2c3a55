import type { ScorerSetting } from "../domain/scores/scorer-setting.js";

/** What a library user or the CLI says about an experiment to run. Paths are absolute once resolved. */
export interface RunSettings {
  /** The experiment's input: JSONL, one record a line, or CSV with a header. */
  readonly file: string;
  /** @default the file's name without its suffix */
  readonly name?: string;
  /** The folder with `input/`, `output/` and `media/`; made if missing. @default "data" */
  readonly dataFolder: string;
  /** Variables for API keys; those of the environment win over it. @default ".env" */
  readonly envFile: string;
  /** Above 0, fractions included. @default 10 */
  readonly requestsPerMinute: number;
  /** Calls for a record (for a turn of a chat) before it counts as failed. @default 5 */
  readonly maxAttempts: number;
  /** For one call, from its send. @default 300_000 */
  readonly timeoutMs: number;
  /** Records fail once their model has answered nothing but 429 for so long. @default 3_600_000 */
  readonly throttleTimeoutMs: number;
  /** Of prompts and answers together, above 0; with `parallel`, for each group. */
  readonly tokensPerMinute?: number;
  /** Most calls a day; with `parallel`, for each group. */
  readonly requestsPerDay?: number;
  /** The hour of `timeZone` at which the count of a day starts anew. @default 0 */
  readonly resetHour?: number;
  /** By its IANA name. @default "UTC" */
  readonly timeZone?: string;
  /** Most calls in flight at once; with `parallel`, for each group. */
  readonly inFlight?: number;
  /** Among experiments that share a limit: 1 goes first, 5 last. @default 3 */
  readonly priority: number;
  /** Put the records in groups, by their `group` or API, that are sent at the same time. @default false */
  readonly parallel: boolean;
  /** JSON file of rates by group, API and model, for `parallel`; what it doesn't name has `requestsPerMinute`. */
  readonly maxQueriesJson?: string;
  /** What becomes of records whose API and model wait for a person. @default "wait" */
  readonly onBlocked: "wait" | "fail";
  /** Move the file to the output folder instead of copying it. @default false */
  readonly moveToInput: boolean;
  /** Record invalid lines as failed instead of refusing the file. @default false */
  readonly skipInvalid: boolean;
  /** Show the start of each prompt in the Web UI. @default true */
  readonly preview: boolean;
  /** Modules with APIs of the user's own, beside ours: see `OwnApi`. */
  readonly providers?: readonly string[];
  /** Write the answers as CSV too, beside the JSONL. @default false */
  readonly outputAsCsv: boolean;
  /** With `settings.json` and templates; the prompts are rephrased first. */
  readonly rephraseFolder?: string;
  /** Models of the rephrase folder, by name. */
  readonly rephraseModels?: readonly string[];
  /** A file of the rephrase folder, with a template a line. @default "template.txt" */
  readonly rephraseTemplates?: string;
  /** Makes several prompts of an answer: `split_numbered_list`. */
  readonly rephraseParser?: string;
  /** Send the rephrased prompts without the original ones. @default false */
  readonly removeOriginal: boolean;
  /** Write the rephrased prompts to a file and send none of them. @default false */
  readonly onlyRephrase: boolean;
  /** With `settings.json` and templates; the answers are judged. */
  readonly judgeFolder?: string;
  /** Judges of the judge folder, by name. */
  readonly judges?: readonly string[];
  /** Files of the judge folder. @default ["template.txt"] */
  readonly judgeTemplates?: readonly string[];
  /** What the answers are scored by, at the finish: names of built-in scorers and paths of modules, with their options. */
  readonly scorers?: readonly ScorerSetting[];
}

/** Every setting there is: those of a run, and those of a command alone. */
export interface Settings extends RunSettings {
  /** Most experiments that a watch runs at once. @default 1 */
  readonly concurrent: number;
  /** End a watch when nothing waits or runs any more. @default false */
  readonly once: boolean;
  /** Start it and return. */
  readonly detach: boolean;
  /** Machine-readable output. */
  readonly json: boolean;
}
