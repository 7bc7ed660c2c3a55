/**
 * All messages to and between the workflows. Names are API: running experiments answer to them.
 *
 * Messages may arrive twice or late. A group ignores unexpected ones, and pages and groups accept
 * repeated steering.
 */
import { defineQuery, defineSignal, defineUpdate } from "@temporalio/workflow";
import type { PageReport } from "../src/domain/experiment/page-report.js";
import type { Refusal } from "../activities/contract.js";
import type {
  Counts,
  GroupPlan,
  GroupProgress,
  PreparedExperiment,
  PrepareExperimentInput,
  AcceptedRows,
} from "../src/domain/experiment/experiment.js";
import type { TargetLimit } from "../src/domain/experiment/target-plan.js";
import type { LeaseAnswer, LeaseRequest, LimitCap } from "../src/domain/limit/lease-messages.js";
import type { LimitState } from "../src/domain/limit/state.js";
import type { WatchSettings, WatchState } from "../src/domain/experiment/watch.js";
import type { Stage, StageResult } from "../src/domain/experiment/stages.js";

/** Workflow types by name, for callers that start them. */
export const workflowTypes = {
  experiment: "runExperiment",
  group: "runGroup",
  page: "runPage",
  limit: "limit",
  watch: "watchInput",
} as const;

export type RunExperimentInput = PrepareExperimentInput;

/** Memo of an experiment, which `status` and a second `run` read without a running worker. */
export interface ExperimentMemo {
  /** The full name. Ids contain it encoded, and cut if it is long. */
  readonly name: string;
  readonly dataFolder: string;
  readonly inputSha256: string;
  /** Hash of the settings, which detects a second `run` with other ones. */
  readonly settingsSha256: string;
  /**
   * The run's state folder, once it is prepared. With several stages, that of the main one as soon
   * as it exists.
   */
  readonly directory?: string;
  /** Set if there are several stages. Each has its state folder once it is prepared. */
  readonly stages?: readonly MemoStage[];
}

export interface MemoStage extends Stage {
  readonly directory?: string;
}

export interface Change {
  /** Only this group, or this `<api>/<model>` of a pipeline; absent for all. */
  readonly group?: string;
  /** For a model that the code of a flow has asked, and that the experiment does not name. */
  readonly limit?: TargetLimit;
  readonly requestsPerMinute?: number;
  /** `null` removes the cap. */
  readonly inFlight?: number | null;
  /** From a group to its pages: number of changes of its rates, including this one. */
  readonly changes?: number;
  /** 1 is first, 5 is last. */
  readonly priority?: number;
  /** To an experiment: dollars that it may spend from now on. */
  readonly maxCost?: number;
}

export interface Resume {
  /** From a group to its pages: number of resumes, including this one. */
  readonly resumes?: number;
  /** To an experiment: dollars that it may spend from now on. */
  readonly maxCost?: number;
}

// To an experiment, to a group, and from a group to its pages.
export const pauseSignal = defineSignal("pause");
export const resumeSignal = defineSignal<[Resume?]>("resume");
export const cancelSignal = defineSignal("cancel");
export const changeSignal = defineSignal<[Change]>("change");

/**
 * The phase of an experiment, from the experiment itself. A status knows more, such as waits and
 * the result.
 */
export type ExperimentPhase = "preparing" | "running" | "paused" | "finishing" | "finished";

export interface ExperimentDescription {
  readonly state: ExperimentPhase;
  readonly cancelled: boolean;
  readonly prepared?: PreparedExperiment;
  readonly groups: readonly { readonly plan: GroupPlan; readonly workflowId: string }[];
  /**
   * The running stage, to which `prepared` and `groups` belong. Absent if the experiment has no
   * other stages.
   */
  readonly stage?: Stage;
  readonly ended?: readonly StageResult[];
}

export interface ExperimentResult extends Counts {
  readonly status: "finished" | "cancelled";
  readonly records: number;
  readonly repeatedCalls: number;
  readonly completedFile: string;
  /** Set for a pipeline with a target. */
  readonly acceptedRows?: AcceptedRows;
  /** Set if there are several stages. The counts above are those of the main one. */
  readonly stages?: readonly StageResult[];
  /** File with rephrased prompts that were not sent. */
  readonly rephrasedFile?: string;
}

export const describeQuery = defineQuery<ExperimentDescription>("describe");

// Between groups and pages.

/**
 * A page has sent or skipped all records that it handles. The next page continues from `position`.
 */
export interface Sent {
  readonly page: number;
  readonly position: number;
  /**
   * Set if it stopped because the daily quota is used up: time at which calls are allowed again.
   */
  readonly usedUpUntilMs?: number;
}

/** A call met an `<api>/<model>` that waits for a person. */
export interface Refused {
  readonly resumes: number;
  readonly refusals: readonly Refusal[];
}

export const sentSignal = defineSignal<[Sent]>("sent");
export const doneSignal = defineSignal<[PageReport]>("done");
export const refusedSignal = defineSignal<[Refused]>("refused");

export const groupProgressQuery = defineQuery<GroupProgress>("progress");

export interface PageProgress extends Counts {
  readonly position: number;
  readonly open: number;
}

export const pageProgressQuery = defineQuery<PageProgress>("page-progress");

// To a limit.
export const leaseUpdate = defineUpdate<LeaseAnswer, [LeaseRequest]>("lease");
/** An empty cap removes it. */
export const setCapSignal = defineSignal<[LimitCap]>("set-cap");
export const limitStateQuery = defineQuery<LimitState>("limit-state");

/** The input of a `limit`: no state at first, its state when it continues as new. */
export interface LimitInput {
  readonly key: string;
  readonly state?: LimitState;
  /** Leases after which it continues as new. @default that of this version */
  readonly leasesARun?: number;
}

/** The input of a watch: its settings, and its state when it continues as new. */
export interface WatchInput {
  readonly settings: WatchSettings;
  readonly state?: WatchState;
  /** Events of its history after which it continues as new. @default that of this version */
  readonly eventsARun?: number;
}

/** Memo of a watch, which is readable without a running worker. */
export interface WatchMemo {
  readonly dataFolder: string;
  /** Hash of the settings, which detects a second start with other ones. */
  readonly settingsSha256: string;
}

export interface WatchDescription extends Pick<
  WatchState,
  "running" | "waiting" | "counts" | "events"
> {
  readonly settings: WatchSettings;
  readonly state: "watching" | "paused" | "stopped";
  /** Expected duration of the next file, from measured rates. */
  readonly nextExpectedMs?: number;
}

// To a watch: `pause` and `resume` as above, and these. Both kinds of workflows answer to
// `describe`.
export const stopSignal = defineSignal("stop");
export const describeWatchQuery = defineQuery<WatchDescription>("describe");
