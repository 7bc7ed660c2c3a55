import type {
  FinishedExperiment,
  PreparedExperiment,
  PreparedStage,
  PrepareExperimentInput,
  PrepareStageInput,
} from "../src/domain/experiment/experiment.js";
import type { ClosedRun } from "../src/domain/experiment/histories.js";
import type { CurrentRates } from "../src/domain/rates/current-rates.js";
import type { Range } from "../src/domain/experiment/ranges.js";
import type { SlotRun } from "../src/domain/limit/slots.js";
import type { InputLook, RunningInput, WatchSettings } from "../src/domain/experiment/watch.js";

/**
 * What workflows may ask of the outer world. Free of Node's types: workflows read it in their sandbox.
 *
 * `directory` is always the absolute path of a run's state folder; `group` the slug of a group.
 */
export interface Activities {
  /** Checks the input, takes a stamp, builds the indexes, moves the input. Safe to repeat. Throws `UserError`. */
  prepareExperiment: (input: PrepareExperimentInput) => Promise<PreparedExperiment>;
  /** The same for a stage, whose input is made from what the stage before brought. */
  prepareStage: (input: PrepareStageInput) => Promise<PreparedStage>;
  /** Writes the prompts that a rephrase stage brought, where they are not to be sent. Safe to repeat. */
  writeRephrased: (input: PrepareStageInput) => Promise<{ readonly file: string }>;
  /** Seals the run and writes its files, or tells which records lack an outcome. Safe to repeat. */
  finishExperiment: (input: FinishExperimentInput) => Promise<FinishedExperiment>;
  /** Waits for slots for the next records of a page. */
  leaseSlots: (input: LeaseSlotsInput) => Promise<Wave>;
  /** Sends a slice and returns when each of its records has an outcome on disk, or is left. */
  sendPrompts: (input: SendPromptsInput) => Promise<SliceResult>;
  /** Of these workflow ids, those that run no more. */
  findEnded: (input: { readonly ids: readonly string[] }) => Promise<readonly string[]>;
  /** Deletes histories of closed runs where the server is ours to tidy; `kept` where it is not. Safe to repeat. */
  forgetHistories: (input: {
    readonly runs: readonly ClosedRun[];
  }) => Promise<"forgotten" | "kept">;
  /** Makes every process abort the calls that it has in flight for the run. */
  abortCalls: (input: { readonly directory: string }) => Promise<void>;
  /**
   * Looks into a watched input folder: sets bad files aside, tells which experiments have ended and which files may be
   * started. Safe to repeat.
   */
  lookAtInput: (input: LookAtInputInput) => Promise<InputLook>;
}

export interface LookAtInputInput {
  readonly watch: WatchSettings;
  readonly running: readonly RunningInput[];
  /** Start nothing. */
  readonly paused: boolean;
}

export interface FinishExperimentInput {
  readonly directory: string;
  /** Groups whose records without an outcome become failed with `error.type` `cancelled`. */
  readonly cancelled: readonly string[];
}

/** What the activities of a page need to know of it. */
export interface PageContext extends CurrentRates {
  readonly directory: string;
  readonly group: string;
  /** The group's workflow id, by which the limit knows it. */
  readonly groupId: string;
  readonly pageId: string;
  readonly limitKey: string;
  readonly limitId: string;
  readonly priority: number;
  /** How often the experiment was resumed: what was refused before the last time may be tried again. */
  readonly resumes: number;
}

export interface LeaseSlotsInput extends PageContext {
  /** Records that may be sent, in order. */
  readonly ranges: readonly Range[];
  /** Most records of this wave. */
  readonly wanted: number;
  /** The `<api>/<model>` that wait for a person. */
  readonly blocked: readonly string[];
  /** Bring the labels of the records, for summaries. */
  readonly labels: boolean;
  /** Let the labels show the start of each prompt. */
  readonly preview: boolean;
}

/** The records that one lease sends. */
export interface Wave {
  /** As many records as slots. */
  readonly ranges: readonly Range[];
  readonly slots: readonly SlotRun[];
  /** Records passed over since they have an outcome already. */
  readonly completed: number;
  readonly failed: number;
  /** Records passed over since a 429 holds their `<api>/<model>` back for a while. */
  readonly left: readonly Range[];
  /** Records passed over since their `<api>/<model>` is blocked. */
  readonly blocked: readonly Range[];
  /** `left` or `blocked` had too many ranges: they were joined over other records. */
  readonly coarse?: boolean;
  /** All records of `ranges` before this position are dealt with by this wave. */
  readonly position: number;
  /** What each of its slots was counted for, where tokens are limited. */
  readonly tokens?: number;
  /** The group has used its calls of the day: when there are some again. */
  readonly usedUpUntilMs?: number;
  /** The group runs no more, since its experiment was terminated: its page sends nothing more. */
  readonly groupEnded?: boolean;
  /** Id and start of the prompt, at most 200 bytes each, one a record. */
  readonly labels?: readonly string[];
}

export interface SendPromptsInput extends PageContext {
  readonly ranges: readonly Range[];
  readonly slots: readonly SlotRun[];
  /** What each of the slots was counted for, where tokens are limited. */
  readonly tokens?: number;
}

export interface SliceResult {
  readonly completed: number;
  readonly failed: number;
  /** Records without an outcome since they were cancelled before their send. */
  readonly left: readonly Range[];
  /** Records without an outcome since their `<api>/<model>` waits for a person. */
  readonly blocked: readonly Range[];
  readonly refusals: readonly Refusal[];
  /** The count of resumes that the slice was sent under. */
  readonly resumes: number;
}

export interface Refusal {
  /** `<api>/<model>` */
  readonly target: string;
  /** Cut to 200 characters. */
  readonly reason: string;
}
