import type { PrepareExperimentInput } from "./experiment.js";
import type { PaceSample } from "../rates/expected-duration.js";

/** How a data folder's `input` is watched. */
export interface WatchSettings {
  /** Absolute, links resolved. */
  readonly dataFolder: string;
  /** Most experiments at once that the watch has started. @default 1 */
  readonly concurrent: number;
  /** End when nothing waits or runs any more. @default false */
  readonly once: boolean;
  /** How experiments are run unless a settings file beside the input says otherwise: settings of a run, by name. */
  readonly run: Readonly<Record<string, unknown>>;
}

/** All that starts an experiment's workflow, whoever starts it. */
export interface ExperimentLaunch {
  readonly workflowId: string;
  readonly input: PrepareExperimentInput;
  readonly memo: Readonly<Record<string, unknown>>;
  readonly staticSummary: string;
  readonly staticDetails: string;
}

/** An input that was found good and may be started. */
export interface PlannedInput {
  readonly inputName: string;
  /** The experiment's. */
  readonly name: string;
  readonly records: number;
  /** What its limits alone ask for. */
  readonly plannedMs: number;
  /** Tells the file from a later one of the same name. */
  readonly fingerprint: string;
  /** What is worth knowing: a key that isn't set, for instance. */
  readonly notices: readonly string[];
  readonly launch: ExperimentLaunch;
  /** Whether the server has the search attributes of experiments. */
  readonly searchable: boolean;
}

/** An experiment that the watch has started and whose end it doesn't know yet. */
export interface RunningInput extends Pick<
  PlannedInput,
  "inputName" | "name" | "records" | "plannedMs" | "fingerprint"
> {
  readonly workflowId: string;
  readonly runId: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly expectedMs: number;
}

/** How an experiment of the watch ended. `failed`: as such, not for failed records; `unknown`: the server lost it. */
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

/** A file that was set aside. */
export interface RejectedInput {
  readonly inputName: string;
  /** What is wrong with it, cut to 500 characters; the whole is in `errorFile`. */
  readonly reason: string;
  /** Absolute. */
  readonly errorFile: string;
}

/** A file that is tried again at each look. */
export interface UnreadableInput {
  readonly inputName: string;
  /** Cut to 500 characters. */
  readonly reason: string;
}

/** Files of `input` that are not started yet. */
export interface WaitingInputs {
  readonly count: number;
  /** The first ones in line. */
  readonly names: readonly string[];
  /** Of them, those that are still being written. */
  readonly incomplete: number;
  /** Of them, those whose experiment's name runs already. */
  readonly busy: readonly string[];
  /** Of them, those that can't be read at the moment: a fault of the disk, the mount or their permissions. */
  readonly unreadable?: readonly UnreadableInput[];
  /** The next one to be started, where it is known. */
  readonly next?: Pick<PlannedInput, "inputName" | "name" | "records" | "plannedMs">;
}

/** What one look at the input folder brought. */
export interface InputLook {
  readonly ended: readonly EndedInput[];
  readonly rejected: readonly RejectedInput[];
  /** To be started, in this order. */
  readonly starts: readonly PlannedInput[];
  readonly waiting: WaitingInputs;
  /** There was more to set aside than one look does. */
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

/** Since the watch was started. */
export interface WatchCounts {
  readonly started: number;
  readonly ended: number;
  /** Of the ended ones, those that failed as such or have failed records. */
  readonly unsound: number;
  readonly rejected: number;
}

/** What a watch carries when it continues as new. */
export interface WatchState {
  readonly paused: boolean;
  readonly running: readonly RunningInput[];
  readonly waiting: WaitingInputs;
  readonly counts: WatchCounts;
  /** The latest. */
  readonly events: readonly WatchEvent[];
  /** Of the latest experiments. */
  readonly pace: readonly PaceSample[];
}
