import type { StepCounts } from "../src/domain/graph/step-counts.js";
import type {
  BlockedTarget,
  Counts,
  FinishedExperiment,
  PreparedExperiment,
  PreparedStage,
  PrepareExperimentInput,
  PrepareStageInput,
} from "../src/domain/experiment/experiment.js";
import type { ClosedRun } from "../src/domain/experiment/histories.js";
import type { CurrentRates } from "../src/domain/rates/current-rates.js";
import type { NextDay } from "../src/domain/experiment/next-day.js";
import type { Range } from "../src/domain/experiment/ranges.js";
import type { TargetPlan } from "../src/domain/experiment/target-plan.js";
import type { SlotRun } from "../src/domain/limit/slots.js";
import type { InputLook, RunningInput, WatchSettings } from "../src/domain/experiment/watch.js";

/**
 * The activities that workflows call. Has no Node types, because workflows import it in their
 * sandbox.
 *
 * `directory` is always the absolute path of a run's state folder; `group` is the slug of a group.
 */
export interface Activities {
  /**
   * Prepares an experiment: checks the input, claims a stamp, builds the indexes, moves the input.
   * Safe to repeat. Throws a `UserError` for an invalid input.
   */
  prepareExperiment: (input: PrepareExperimentInput) => Promise<PreparedExperiment>;
  /**
   * Prepares a stage like `prepareExperiment`. Its input is made from the output of the previous
   * stage.
   */
  prepareStage: (input: PrepareStageInput) => Promise<PreparedStage>;
  /** Writes the prompts of a rephrase stage to a file, if they are not sent. Safe to repeat. */
  writeRephrased: (input: PrepareStageInput) => Promise<{ readonly file: string }>;
  /**
   * Seals the run and writes its files, or returns the records without an outcome. Safe to repeat.
   */
  finishExperiment: (input: FinishExperimentInput) => Promise<FinishedExperiment>;
  /**
   * Aggregates the completed lines of a finished batch run, and writes its outputs and its result.
   * Safe to repeat. Writes no result if the aggregation asks models, or if the run is stopped while
   * it aggregates.
   */
  finishBatch: (input: FinishBatchInput) => Promise<FinishedBatch>;
  /** Waits for slots for the next records of a page. */
  leaseSlots: (input: LeaseSlotsInput) => Promise<Wave>;
  /** Sends a slice. Returns once each of its records has an outcome on disk or is left. */
  sendPrompts: (input: SendPromptsInput) => Promise<SliceResult>;
  /** Walks a slice of rows. Returns once each of them has an outcome on disk or is left. */
  runRows: (input: SendPromptsInput) => Promise<SliceResult>;
  /**
   * Runs a global step of a pipeline and writes the rows after it. Safe to repeat. Throws a
   * `UserError` if its function fails.
   */
  runGlobalStep: (input: RunGlobalStepInput) => Promise<void>;
  /** Writes the result of a pipeline with global steps. Safe to repeat. */
  finishPipeline: (
    input: FinishPipelineInput,
  ) => Promise<Counts & { readonly repeatedCalls: number }>;
  /**
   * Signals those of the groups that are running. Safe to repeat, because groups accept repeated
   * steering.
   */
  tellGroups: (input: TellGroupsInput) => Promise<void>;
  /** Returns those of the workflow ids that are not running. */
  findEnded: (input: { readonly ids: readonly string[] }) => Promise<readonly string[]>;
  /**
   * Deletes histories of closed runs on the local server. Returns `kept` for another server. Safe
   * to repeat.
   */
  forgetHistories: (input: {
    readonly runs: readonly ClosedRun[];
  }) => Promise<"forgotten" | "kept">;
  /** Makes every process start nothing more for the run. */
  stopRows: (input: { readonly directory: string }) => Promise<void>;
  /** Sets the dollars that a run may spend. Safe to repeat. */
  setMaxCost: (input: SetMaxCostInput) => Promise<void>;
  /** Makes every process abort its calls in flight for the run. */
  abortCalls: (input: { readonly directory: string }) => Promise<void>;
  /**
   * Looks into a watched input folder: moves invalid files aside and returns the ended experiments
   * and the files to start. Safe to repeat.
   */
  lookAtInput: (input: LookAtInputInput) => Promise<InputLook>;
}

export interface TellGroupsInput {
  /** Ids of workflows. */
  readonly ids: readonly string[];
  /** Name of the signal. */
  readonly signal: string;
  readonly args: readonly unknown[];
}

export interface LookAtInputInput {
  readonly watch: WatchSettings;
  readonly running: readonly RunningInput[];
  /** True if nothing may be started. */
  readonly paused: boolean;
}

export interface SetMaxCostInput {
  readonly directory: string;
  readonly maxCost: number;
  /**
   * Number of this change among those of the experiment, from 1: two of them may run at once, and
   * the later one counts. Workflows of earlier versions give none.
   */
  readonly change?: number;
}

export interface RunGlobalStepInput {
  /** State folder of the pipeline's first segment. */
  readonly directory: string;
  /** Name of the step. */
  readonly step: string;
}

export interface FinishPipelineInput {
  /** State folder of the pipeline's first segment. */
  readonly directory: string;
  /** True if some rows, or whole segments, were cancelled. */
  readonly cancelled: boolean;
}

export interface FinishExperimentInput {
  readonly directory: string;
  /** Groups whose records without an outcome fail with `error.type` `cancelled`. */
  readonly cancelled: readonly string[];
  /** True if they fail because the time of a batch run is over. */
  readonly timedOut?: boolean;
}

export interface FinishBatchInput {
  readonly directory: string;
  /**
   * End of the lines. `timed-out` means that the timeout of the whole batch ended them. As after a
   * cancellation, nothing is then aggregated.
   */
  readonly end: "finished" | "cancelled" | "timed-out";
  /** Timeout in ms. Set for the end `timed-out`. */
  readonly timeoutMs?: number;
  /** State folder of the batch run's aggregation. Set once the aggregation has asked its models. */
  readonly aggregation?: string;
  /** True if the caller understands the answer `stopped`. Workflows of earlier versions do not. */
  readonly mayStop?: boolean;
}

export type FinishedBatch = "finished" | "asks-models" | "stopped";

/** The facts about a page that its activities need. */
export interface PageContext extends CurrentRates {
  readonly directory: string;
  readonly group: string;
  /** Workflow id of the group, which is its name in the limit. */
  readonly groupId: string;
  readonly pageId: string;
  readonly limitKey: string;
  readonly limitId: string;
  readonly priority: number;
  /**
   * Number of resumes of the experiment. Targets that were refused before the last resume may be
   * called again.
   */
  readonly resumes: number;
  /** Set for the rows of a pipeline: the models that they call, with their current rates. */
  readonly targets?: readonly TargetPlan[];
}

export interface LeaseSlotsInput extends PageContext {
  /** Records to send, in order. */
  readonly ranges: readonly Range[];
  /** Maximum number of slots in this wave. */
  readonly wanted: number;
  /** Maximum number of records, if the last ones have no slot. @default one per slot */
  readonly records?: number;
  /** Each `<api>/<model>` that waits for a person. */
  readonly blocked: readonly string[];
  /** Return the records' labels, for summaries. */
  readonly labels: boolean;
  /** Include the start of each prompt in the labels. */
  readonly preview: boolean;
  /**
   * Exact number of rows to accept. Set for the first lease of a page that does not know how many
   * rows are accepted. The wave then contains at most as many records as are missing, and no other
   * records may be in progress.
   */
  readonly rowsWanted?: number;
}

/** The records that are sent with one lease. */
export interface Wave {
  /**
   * Ranges of the records. The first records have the slots; the sending process leases slots for
   * the other records.
   */
  readonly ranges: readonly Range[];
  readonly slots: readonly SlotRun[];
  /** Records skipped because they have an outcome. */
  readonly completed: number;
  readonly failed: number;
  /** Records skipped because a 429 delays their `<api>/<model>` for a while. */
  readonly left: readonly Range[];
  /** Records skipped because their `<api>/<model>` is blocked. */
  readonly blocked: readonly Range[];
  /** True if `left` or `blocked` had too many ranges and some were joined across other records. */
  readonly coarse?: boolean;
  /** Position before which this wave has handled all records of `ranges`. */
  readonly position: number;
  /** Tokens that each slot counts for, if tokens are limited. */
  readonly tokens?: number;
  /**
   * Time at which the group's daily quota allows calls again, in the limit's time. Set while it is
   * used up.
   */
  readonly usedUpUntilMs?: number;
  /**
   * True if the group has ended because its experiment was terminated. Its page sends nothing more.
   */
  readonly groupEnded?: boolean;
  /** Number of accepted rows before this wave. Set for a lease with `rowsWanted`. */
  readonly accepted?: number;
  /** Labels of the records: the id and the start of the prompt, at most 200 bytes. */
  readonly labels?: readonly string[];
}

export interface SendPromptsInput extends PageContext {
  readonly ranges: readonly Range[];
  readonly slots: readonly SlotRun[];
  /** Tokens that each slot counts for, if tokens are limited. */
  readonly tokens?: number;
}

export interface SliceResult {
  readonly completed: number;
  readonly failed: number;
  /** Number of a pipeline's rows that reached a leaf. */
  readonly accepted?: number;
  /** Counts of a pipeline's steps. */
  readonly steps?: StepCounts;
  /** Records without an outcome because they were cancelled before their send. */
  readonly left: readonly Range[];
  /** Records without an outcome because their `<api>/<model>` waits for a person. */
  readonly blocked: readonly Range[];
  readonly refusals: readonly BlockedTarget[];
  /** Number of resumes when the slice was sent. */
  readonly resumes: number;
  /** Time at which the group's daily quota allows calls again. Set if the quota is used up. */
  readonly usedUpUntilMs?: number;
  /** Rows that need a model whose daily quota is used up. Other rows continue. */
  readonly nextDay?: NextDay;
}
