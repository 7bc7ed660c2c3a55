/**
 * All messages to and between the workflows. Their names are API, because running experiments
 * respond to them.
 *
 * Messages may arrive twice or late. A group ignores unexpected messages, and pages and groups
 * accept repeated steering.
 */
import { defineQuery, defineSignal, defineUpdate } from "@temporalio/workflow";
import type { PageReport } from "../src/domain/experiment/page-report.js";
import type {
  BlockedTarget,
  Counts,
  GroupPlan,
  GroupProgress,
  PreparedExperiment,
  PrepareExperimentInput,
  AcceptedRows,
} from "../src/domain/experiment/experiment.js";
import type { ClosedRun } from "../src/domain/experiment/histories.js";
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
  warmUp: "warmUp",
} as const;

export type RunExperimentInput = PrepareExperimentInput;

/** Memo of an experiment, which `status` and a second `run` read without a running worker. */
export interface ExperimentMemo {
  /** Full name. Ids contain the name encoded, and cut if it is long. */
  readonly name: string;
  readonly dataFolder: string;
  readonly inputSha256: string;
  /** Hash of the settings, which detects a second `run` with other settings. */
  readonly settingsSha256: string;
  /**
   * State folder of the run, once it is prepared. With several stages, the folder of the main stage
   * as soon as it exists.
   */
  readonly directory?: string;
  /** Stages, if there are several. Each has its state folder once it is prepared. */
  readonly stages?: readonly MemoStage[];
}

export interface MemoStage extends Stage {
  readonly directory?: string;
}

export interface Change {
  /** Group, or `<api>/<model>` of a pipeline, to which the change applies; absent for all. */
  readonly group?: string;
  /** Limit of a model that the code of a flow has asked, and that the experiment does not name. */
  readonly limit?: TargetLimit;
  readonly requestsPerMinute?: number;
  /** Maximum number of concurrent calls; `null` removes it. */
  readonly inFlight?: number | null;
  /** From a group to its pages: number of changes of its rates, including this one. */
  readonly changes?: number;
  /** Priority: 1 is first, 5 is last. */
  readonly priority?: number;
  /** To an experiment: dollars that it may spend in total from now on. */
  readonly maxCost?: number;
}

export interface Resume {
  /** From a group to its pages: number of resumes, including this one. */
  readonly resumes?: number;
  /** To an experiment: dollars that it may spend in total from now on. */
  readonly maxCost?: number;
}

// To an experiment, to a group, and from a group to its pages.
export const pauseSignal = defineSignal("pause");
export const resumeSignal = defineSignal<[Resume?]>("resume");
export const cancelSignal = defineSignal("cancel");
export const changeSignal = defineSignal<[Change]>("change");

/**
 * Phase of an experiment, according to the experiment itself. A status also shows, for example,
 * waits and the result.
 */
export type ExperimentPhase = "preparing" | "running" | "paused" | "finishing" | "finished";

export interface ExperimentDescription {
  readonly state: ExperimentPhase;
  readonly cancelled: boolean;
  readonly prepared?: PreparedExperiment;
  readonly groups: readonly { readonly plan: GroupPlan; readonly workflowId: string }[];
  /**
   * The running stage, to which `prepared` and `groups` belong. Absent if the experiment has only
   * one stage.
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
  /** Results of the stages, if there are several. The counts above are those of the main stage. */
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
   * Time at which calls are allowed again. Set if the page stopped because the daily quota is used
   * up.
   */
  readonly usedUpUntilMs?: number;
}

/** Message that a call met an `<api>/<model>` that waits for a person. */
export interface Refused {
  readonly resumes: number;
  readonly refusals: readonly BlockedTarget[];
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
/** Sets the cap. An empty cap removes it. */
export const setCapSignal = defineSignal<[LimitCap]>("set-cap");
export const limitStateQuery = defineQuery<LimitState>("limit-state");

/** The input of a `limit`: no state at first, and its state when it continues as new. */
export interface LimitInput {
  readonly key: string;
  readonly state?: LimitState;
  /** Number of leases after which it continues as new. @default the number of this version */
  readonly leasesARun?: number;
  /** Earlier runs of the limit whose histories are not deleted yet. @default none */
  readonly undeleted?: readonly ClosedRun[];
}

/** The input of a watch: its settings, and its state when it continues as new. */
export interface WatchInput {
  readonly settings: WatchSettings;
  readonly state?: WatchState;
  /**
   * Number of events in its history after which it continues as new. @default the number of this
   * version
   */
  readonly eventsARun?: number;
}

/** Memo of a watch, which is readable without a running worker. */
export interface WatchMemo {
  readonly dataFolder: string;
  /** Hash of the settings, which detects a second start with other settings. */
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
