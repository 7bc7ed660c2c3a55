import type { Range } from "./ranges.js";
import type { PriceTable } from "../money/price.js";
import type { GroupRates, NamedRates } from "../rates/rates.js";
import type { JudgeChoice, RephraseSettings, SegmentPlan, Stage } from "./stages.js";
import type { InputForm } from "../record/input-form.js";
import type { ScorerSetting } from "../scores/scorer-setting.js";
import type { TargetPlan } from "./target-plan.js";

/**
 * The settings of an experiment that travel through Temporal: names and numbers, never a prompt or
 * a key. The rates apply to each group without an entry in the rate table.
 */
export interface ExperimentSettings extends GroupRates {
  readonly name: string;
  /** Absolute path. */
  readonly dataFolder: string;
  /** Absolute path. The worker reads the file at the start and at each `resume`. */
  readonly envFile: string;
  /**
   * The rate table, in its order. Empty if all groups have the experiment's rates. Without it, all
   * records are in one group.
   */
  readonly groupRates?: readonly NamedRates[];
  /**
   * Maximum number of calls for a record, or for a turn of a chat, before the record fails.
   * @default 5
   */
  readonly maxAttempts: number;
  /** Timeout of one call in ms, counted from its send. @default 300_000 */
  readonly timeoutMs: number;
  /** Time in ms for which a model may answer only 429. Then its records fail. @default 3_600_000 */
  readonly throttleTimeoutMs?: number;
  /** Action for records whose `<api>/<model>` is blocked until a person acts. @default "wait" */
  readonly onBlocked: "wait" | "fail";
  /** Record invalid lines as failed instead of refusing the file. @default false */
  readonly skipInvalid: boolean;
  /** Show the start of each prompt in the Web UI. @default true */
  readonly preview: boolean;
  /** Absolute paths of modules with the user's own APIs, which the worker loads. */
  readonly providers?: readonly string[];
  /** Also write the answers as CSV. @default false */
  readonly outputAsCsv: boolean;
  /** Scorers that run at the finish. Paths are absolute. */
  readonly scorers?: readonly ScorerSetting[];
  /** The user's own prices. */
  readonly prices?: PriceTable;
  /**
   * Dollars that the experiment may spend. The run's folder has a sum that was changed later.
   * @default no limit
   */
  readonly maxCost?: number;
  /** Priority: 1 is first, 5 is last. @default 3 */
  readonly priority: number;
  /** Rules for making records from the lines of the input. @default each line is one */
  readonly form?: InputForm;
  /** Rephrase the prompts before they are sent. */
  readonly rephrase?: RephraseSettings;
  /** Judge the answers. */
  readonly judge?: JudgeChoice;
}

/** A group of an experiment, as its index was built. */
export interface GroupPlan extends GroupRates {
  /** Name of the group; `all` in an experiment without groups. */
  readonly name: string;
  /** The name in the form for file names and workflow ids. */
  readonly slug: string;
  readonly records: number;
  /** Number of calls without retries. A chat has one call per turn. */
  readonly calls?: number;
  /** Key of the limit, e.g. `api/openai/gpt-4o`. */
  readonly limitKey: string;
  /** The limit's workflow id. */
  readonly limitId: string;
  /**
   * Models that the rows of a pipeline call; only set for a pipeline. The group's own limit then
   * admits rows, and its calls in flight are the window.
   */
  readonly targets?: readonly TargetPlan[];
  /**
   * Number of accepted rows after which the group ends. Set if an exact number of rows is wanted.
   */
  readonly rowsWanted?: number;
}

/** The facts about a start that the run's folder keeps, so that it can be repeated. */
export interface StartFacts {
  /** The command line, without secrets. Absent for a start by the library or a watch. */
  readonly command?: string;
  /** The commit of the input's folder, or of the folder of the command. */
  readonly git?: GitState;
  /** The price lists and their date, e.g. `@pydantic/genai-prices 0.1.8, 2026-09-23`. */
  readonly prices?: string;
}

export interface GitState {
  readonly commit: string;
  /** True if tracked files had changes that were not committed. */
  readonly dirty: boolean;
}

/** Input for the preparation of a run. */
export interface PrepareExperimentInput {
  readonly settings: ExperimentSettings;
  /** Absolute path of the input at this moment: staged, or in the input folder. */
  readonly inputPath: string;
  /** Name of the input in the output folder, e.g. `pilot.jsonl`. */
  readonly inputName: string;
  /** A completed file whose completed outcomes are reused, for `retry-failed`. */
  readonly takeOver?: string;
  /**
   * Absolute path of a settings file beside the input. It moves to the output folder with the
   * input.
   */
  readonly settingsPath?: string;
  /** A completed file whose answers are judged. Nothing else is sent. */
  readonly judgeOf?: string;
  /** If true, stages reuse the answers of their earlier runs. */
  readonly reuse?: boolean;
  readonly started?: StartFacts;
  /** Set for a pipeline, whose rows are the lines of the input. */
  readonly pipeline?: PipelineInput;
}

/** The input for the preparation of a pipeline, besides its rows. */
export interface PipelineInput {
  /** Absolute path of the staged folder with the pipeline, whose files move to the run. */
  readonly path: string;
  readonly targets: readonly TargetPlan[];
  /** Reuse the answers of the experiment's earlier runs. */
  readonly reuse: boolean;
  /** Maximum number of rows in progress. */
  readonly window: number;
  /** Number of accepted rows after which the run ends. @default the run ends after all rows */
  readonly rowsWanted?: number;
  /** Segments of a pipeline with global steps. */
  readonly segments?: readonly SegmentPlan[];
  /** Index of the segment to prepare, starting at 0. @default 0 */
  readonly segment?: number;
  /** Set for a batch run, whose lines a flow handles. */
  readonly flow?: FlowRun;
}

/** The counts of a run that asks for an exact number of accepted rows. */
export interface AcceptedRows {
  readonly wanted: number;
  readonly accepted: number;
  /** Rows that were not tried, because enough rows had been accepted. 0 until the end. */
  readonly notNeeded: number;
}

/** Settings of a batch run for its workflow. */
export interface FlowRun {
  /**
   * Timeout of lines and aggregation in ms, counted from the end of the preparation. @default no
   * limit
   */
  readonly batchTimeoutMs?: number;
  /** State folder of an earlier run. Its completed lines are reused, by their numbers. */
  readonly takeOver?: string;
}

/** Input for the preparation of a stage's run. */
export interface PrepareStageInput extends PrepareExperimentInput {
  readonly stage: Stage;
  /** State folder of the first stage, with copies of the folders; absent for the first stage. */
  readonly first?: string;
  /** Completed file of the previous stage, or the file to judge. */
  readonly before?: string;
  /** State folders of the earlier stages. Their spending counts towards `maxCost`. */
  readonly earlierStages?: readonly string[];
}

/** `empty` if the previous stage left nothing to send. */
export type PreparedStage =
  | { readonly status: "prepared"; readonly prepared: PreparedExperiment }
  | { readonly status: "empty" };

/** A prepared run: its input is valid and moved, and its indexes exist. */
export interface PreparedExperiment {
  /** Absolute path of the state folder. */
  readonly directory: string;
  readonly stamp: string;
  /** The experiment's name in the form for ids. */
  readonly slug: string;
  readonly groups: readonly GroupPlan[];
  readonly targets: readonly string[];
  readonly records: number;
}

/**
 * Result of a finish: the files are written, or some records have no outcome and nothing changed.
 */
export type FinishedExperiment =
  | {
      readonly status: "finished";
      readonly completed: number;
      readonly failed: number;
      /**
       * Calls that were paid for twice because a process died between an answer and its sync to
       * disk.
       */
      readonly repeatedCalls: number;
      readonly completedFile: string;
      /** Set for a pipeline with a target. */
      readonly acceptedRows?: AcceptedRows;
    }
  | {
      readonly status: "incomplete";
      readonly missing: readonly MissingRecords[];
    }
  /**
   * The experiment was cancelled and its folder was moved or deleted, so there is nothing to
   * finish.
   */
  | { readonly status: "lost" };

/**
 * The positions of a group's records without an outcome. `coarse` ranges include other records too.
 */
export interface MissingRecords {
  /** Slug of the group. */
  readonly group: string;
  readonly ranges: readonly Range[];
  readonly coarse?: boolean;
}

/** `manifest.json` of a run. The preparation writes it last: a run with a manifest is prepared. */
export interface Manifest {
  readonly version: 2;
  readonly settings: ExperimentSettings;
  /** Local time of the start, `DD-MM-YYYY-HH-MM-SS`. */
  readonly stamp: string;
  /** Run id of the workflow that owns this folder. */
  readonly runId: string;
  /** Absolute path of the input in the output folder. */
  readonly inputPath: string;
  readonly inputSha256: string;
  readonly groups: readonly GroupPlan[];
  /** `<api>/<model>` by the numbers that the indexes use. */
  readonly targets: readonly string[];
  readonly records: number;
  /** Number of lines recorded as failed by `skipInvalid`. */
  readonly invalid: number;
  readonly createdAt: number;
  /** Set if the experiment has several stages. */
  readonly stage?: StageOfExperiment;
  /** Index of the segment, starting at 0. Set for a pipeline with global steps. */
  readonly segment?: number;
  /** State folders of the experiment's earlier stages. @default none */
  readonly earlierStages?: readonly string[];
  readonly started?: StartFacts;
}

export interface StageOfExperiment {
  readonly kind: Stage["kind"];
  /** Name of the experiment. */
  readonly experiment: string;
  /** The completed file from which the input was made. */
  readonly madeFrom?: string;
}

export interface Counts {
  readonly completed: number;
  readonly failed: number;
}

/** A target whose records are blocked until a person acts. */
export interface BlockedTarget {
  /** `<api>/<model>` */
  readonly target: string;
  /** At most 200 characters of the API's message, with our advice. */
  readonly reason: string;
}

/** Phase of a group, as shown to users. */
export type GroupPhase = "sending" | "waiting" | "paused" | "blocked" | "cancelled" | "finished";

export interface GroupProgress extends Counts {
  readonly name: string;
  readonly state: GroupPhase;
  readonly records: number;
  readonly requestsPerMinute: number;
  readonly inFlight?: number;
  /** Records that activities hold and whose outcome is unknown. */
  readonly open: number;
  readonly blocked: readonly BlockedTarget[];
  /**
   * Time at which the daily quota allows calls again, in ms since the epoch. Set while it is used
   * up.
   */
  readonly waitsUntilMs?: number;
  /** Positions to send again. */
  readonly left: readonly Range[];
}
