import type { Range } from "./ranges.js";
import type { GroupRates, NamedRates } from "../rates/rates.js";
import type { JudgeChoice, RephraseSettings, Stage } from "./stages.js";
import type { ScorerSetting } from "../scores/scorer-setting.js";

/**
 * What travels through Temporal about how an experiment is to be run. Names and numbers only: never a prompt, never a
 * key. The rates are those of each group of which the rate table says nothing else.
 */
export interface ExperimentSettings extends GroupRates {
  readonly name: string;
  /** Absolute. */
  readonly dataFolder: string;
  /** Absolute; read by the worker, again at each `resume`. */
  readonly envFile: string;
  /**
   * The rate table, in its order; empty where groups all have the experiment's rates. Without it all records are in one
   * group.
   */
  readonly groupRates?: readonly NamedRates[];
  /** Calls for a record (for a turn of a chat) before it counts as failed. @default 5 */
  readonly maxAttempts: number;
  /** For one call, from its send. @default 300_000 */
  readonly timeoutMs: number;
  /** Records fail once their model has answered nothing but 429 for so long. @default 3_600_000 */
  readonly throttleTimeoutMs?: number;
  /** What becomes of records whose `<api>/<model>` waits for a person. @default "wait" */
  readonly onBlocked: "wait" | "fail";
  /** Record invalid lines as failed instead of refusing the file. @default false */
  readonly skipInvalid: boolean;
  /** Show the start of each prompt in the Web UI. @default true */
  readonly preview: boolean;
  /** Absolute paths of modules with the user's own APIs, which the worker loads. */
  readonly providers?: readonly string[];
  /** Write the answers as CSV too. @default false */
  readonly outputAsCsv: boolean;
  /** What the answers are scored by, at the finish; paths are absolute. */
  readonly scorers?: readonly ScorerSetting[];
  /** 1 is first, 5 is last. @default 3 */
  readonly priority: number;
  /** Have the prompts rephrased before they are sent. */
  readonly rephrase?: RephraseSettings;
  /** Have the answers judged. */
  readonly judge?: JudgeChoice;
}

/** A group of an experiment, as the index was built for it. */
export interface GroupPlan extends GroupRates {
  /** `all` for the single group of an experiment without groups. */
  readonly name: string;
  /** The name as a part of file names and workflow ids. */
  readonly slug: string;
  readonly records: number;
  /** Calls that they take if none fails: a chat takes one for each of its turns. */
  readonly calls?: number;
  /** For instance `api/openai/gpt-4o`. */
  readonly limitKey: string;
  /** The limit's workflow id. */
  readonly limitId: string;
}

/** What a run is prepared from. */
export interface PrepareExperimentInput {
  readonly settings: ExperimentSettings;
  /** Absolute: where the input lies now (staged, or in the input folder). */
  readonly inputPath: string;
  /** What the input is called in the output folder, `pilot.jsonl`. */
  readonly inputName: string;
  /** A completed file whose completed outcomes are taken over, for `retry-failed`. */
  readonly takeOver?: string;
  /** Absolute: a settings file beside the input, which goes to the output folder with it. */
  readonly settingsPath?: string;
  /** A completed file: its answers are judged, and nothing else is sent. */
  readonly judgeOf?: string;
  /** Stages take over the answers of their earlier runs to what they would ask again. */
  readonly reuse?: boolean;
}

/** What the run of a stage is prepared from. */
export interface PrepareStageInput extends PrepareExperimentInput {
  readonly stage: Stage;
  /** The state folder of the first stage, which keeps what the folders held then; absent for the first. */
  readonly first?: string;
  /** The completed file of the stage before, or the one to be judged. */
  readonly before?: string;
}

/** `empty` where the stage before left nothing to send. */
export type PreparedStage =
  | { readonly status: "prepared"; readonly prepared: PreparedExperiment }
  | { readonly status: "empty" };

/** A run whose input was found good and moved, and whose indexes are there. */
export interface PreparedExperiment {
  /** The absolute path of its state folder. */
  readonly directory: string;
  readonly stamp: string;
  /** The experiment's name as a part of ids. */
  readonly slug: string;
  readonly groups: readonly GroupPlan[];
  readonly targets: readonly string[];
  readonly records: number;
}

/** What a finish came to: the files are written, or records lack an outcome and nothing was changed. */
export type FinishedExperiment =
  | {
      readonly status: "finished";
      readonly completed: number;
      readonly failed: number;
      /** Calls that were paid twice because a process died between an answer and its sync. */
      readonly repeatedCalls: number;
      readonly completedFile: string;
    }
  | {
      readonly status: "incomplete";
      readonly missing: readonly MissingRecords[];
    }
  /** It was cancelled, and its folder was moved or deleted: there is nothing to finish. */
  | { readonly status: "lost" };

/** Where the records of a group without an outcome lie; `coarse` ranges hold others too. */
export interface MissingRecords {
  /** The slug. */
  readonly group: string;
  readonly ranges: readonly Range[];
  readonly coarse?: boolean;
}

/** `manifest.json` of a run: written last by the preparation, so that a run with a manifest is prepared. */
export interface Manifest {
  readonly version: 1;
  readonly settings: ExperimentSettings;
  /** `DD-MM-YYYY-HH-MM-SS`, local time of the start. */
  readonly stamp: string;
  /** The run of the workflow that owns this folder. */
  readonly runId: string;
  /** Absolute path of the input in the output folder. */
  readonly inputPath: string;
  readonly inputSha256: string;
  readonly groups: readonly GroupPlan[];
  /** `<api>/<model>` by number, as the indexes name them. */
  readonly targets: readonly string[];
  readonly records: number;
  /** Lines recorded as failed by `skipInvalid`. */
  readonly invalid: number;
  readonly createdAt: number;
  /** Of an experiment with several stages. */
  readonly stage?: StageOfExperiment;
}

export interface StageOfExperiment {
  readonly kind: Stage["kind"];
  /** The experiment's name. */
  readonly experiment: string;
  /** The completed file that its input was made from. */
  readonly madeFrom?: string;
}

export interface Counts {
  readonly completed: number;
  readonly failed: number;
}

/** Records that wait for a person. */
export interface BlockedTarget {
  /** `<api>/<model>` */
  readonly target: string;
  /** The API's words, cut to 200 characters. */
  readonly reason: string;
}

/** What a group is doing, for people. */
export type GroupPhase = "sending" | "waiting" | "paused" | "blocked" | "cancelled" | "finished";

export interface GroupProgress extends Counts {
  readonly name: string;
  readonly state: GroupPhase;
  readonly records: number;
  readonly requestsPerMinute: number;
  readonly inFlight?: number;
  /** Records handed to activities whose outcome is not known yet. */
  readonly open: number;
  readonly blocked: readonly BlockedTarget[];
  /** Its calls of the day are used up: when there are some again, epoch milliseconds. */
  readonly waitsUntilMs?: number;
  /** Positions that wait to be walked again. */
  readonly left: readonly Range[];
}
