import type { PrepareExperimentInput } from "./experiment.js";
import type { PaceSample } from "../rates/expected-duration.js";

/** Settings of the watch on a data folder's `input`. */
export interface WatchSettings {
  /** Absolute path with symbolic links resolved. */
  readonly dataFolder: string;
  /** Maximum number of experiments that the watch runs at once. @default 1 */
  readonly concurrent: number;
  /** End when no experiment is waiting or running. @default false */
  readonly once: boolean;
  /** Default settings of its runs, by name. Settings from a file beside the input override them. */
  readonly run: Readonly<Record<string, unknown>>;
}

/** The input for starting an experiment's workflow, from any starter. */
export interface ExperimentLaunch {
  readonly workflowId: string;
  readonly input: PrepareExperimentInput;
  readonly memo: Readonly<Record<string, unknown>>;
  readonly staticSummary: string;
  readonly staticDetails: string;
}

/** A valid input that can be started. */
export interface PlannedInput {
  readonly inputName: string;
  /** Name of the experiment. */
  readonly name: string;
  readonly records: number;
  /** Duration in ms that its limits alone require. */
  readonly plannedMs: number;
  /** Distinguishes the file from a later one with the same name. */
  readonly fingerprint: string;
  /** Warnings for the user, e.g. about an unset key. */
  readonly notices: readonly string[];
  readonly launch: ExperimentLaunch;
  /** True if the server has the search attributes of experiments. */
  readonly searchable: boolean;
}

/** An experiment that the watch has started and whose end is not known. */
export interface RunningInput extends Pick<
  PlannedInput,
  "inputName" | "name" | "records" | "plannedMs" | "fingerprint"
> {
  readonly workflowId: string;
  readonly runId: string;
  /** Start time in ms since the epoch. */
  readonly startedAt: number;
  readonly expectedMs: number;
}

/**
 * End of an experiment of the watch. `failed` means that the experiment itself failed, not only
 * records. `unknown` means that the server lost it.
 */
export interface EndedInput {
  readonly workflowId: string;
  readonly runId: string;
  readonly status: "finished" | "cancelled" | "failed" | "unknown";
  readonly completed: number;
  readonly failed: number;
  readonly tookMs: number;
  readonly completedFile?: string;
  readonly error?: string;
}

/** A file that was moved aside. */
export interface RejectedInput {
  readonly inputName: string;
  /** The file's problem, cut to 500 characters. `errorFile` contains all of it. */
  readonly reason: string;
  /** Absolute path. */
  readonly errorFile: string;
}

/** A file that could not be read. Each look at the folder tries again to read it. */
export interface UnreadableInput {
  readonly inputName: string;
  /** Reason, cut to 500 characters. */
  readonly reason: string;
}

/** Files in `input` that have not started. */
export interface WaitingInputs {
  readonly count: number;
  /** Names of the first files in the queue. */
  readonly names: readonly string[];
  /** Number of these files that are still being written. */
  readonly incomplete: number;
  /** Names of the waiting files whose experiment's name is already running. */
  readonly busy: readonly string[];
  /**
   * Waiting files that cannot be read at the moment because of the disk, the mount or permissions.
   */
  readonly unreadable?: readonly UnreadableInput[];
  /** The next file to start, if known. */
  readonly next?: Pick<PlannedInput, "inputName" | "name" | "records" | "plannedMs">;
}

/** Result of one look at the input folder. */
export interface InputLook {
  readonly ended: readonly EndedInput[];
  readonly rejected: readonly RejectedInput[];
  /** Inputs to start, in this order. */
  readonly starts: readonly PlannedInput[];
  readonly waiting: WaitingInputs;
  /** True if more files must be moved aside than one look handles. */
  readonly more: boolean;
}

export type WatchEvent = { readonly number: number; readonly at: number } & (
  | ({ readonly type: "started"; readonly notices: readonly string[] } & Pick<
      RunningInput,
      "inputName" | "name" | "records" | "expectedMs"
    >)
  | ({ readonly type: "ended" } & Pick<RunningInput, "inputName" | "name" | "records"> &
      Omit<EndedInput, "workflowId" | "runId">)
  | ({ readonly type: "rejected" } & RejectedInput)
);

/** Counts since the start of the watch. */
export interface WatchCounts {
  readonly started: number;
  readonly ended: number;
  /** Number of ended experiments that failed themselves or have failed records. */
  readonly unsound: number;
  readonly rejected: number;
}

/** State that a watch keeps when it continues as new. */
export interface WatchState {
  readonly paused: boolean;
  readonly running: readonly RunningInput[];
  readonly waiting: WaitingInputs;
  readonly counts: WatchCounts;
  /** The latest events. */
  readonly events: readonly WatchEvent[];
  /** Samples of the latest experiments. */
  readonly pace: readonly PaceSample[];
}
