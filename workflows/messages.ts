/**
 * Everything that is said to and between the workflows. Names are API: running experiments answer to them.
 *
 * Messages may come twice or late. A group ignores what it does not expect; pages and groups take the same steering
 * twice without harm.
 */
import { defineQuery, defineSignal, defineUpdate } from "@temporalio/workflow";
import type { Refusal } from "../activities/contract.js";
import type {
  Counts,
  GroupPlan,
  GroupProgress,
  PreparedExperiment,
  PrepareExperimentInput,
} from "../src/domain/experiment/experiment.js";
import type { LeaseAnswer, LeaseRequest, LimitCap } from "../src/domain/limit/lease-messages.js";
import type { LimitState } from "../src/domain/limit/state.js";
import type { WatchSettings, WatchState } from "../src/domain/experiment/watch.js";
import type { Range } from "../src/domain/experiment/ranges.js";
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

/** Memo of an experiment: what `status` and a second `run` read with no worker running. */
export interface ExperimentMemo {
  /** Ids carry it encoded, and cut where it is long. */
  readonly name: string;
  readonly dataFolder: string;
  readonly inputSha256: string;
  /** Of the settings, to tell a second `run` with other ones. */
  readonly settingsSha256: string;
  /** The run's state folder, once it is prepared; of an experiment with stages, that of the main one as soon as it is. */
  readonly directory?: string;
  /** Of an experiment with several; each has its state folder once it is prepared. */
  readonly stages?: readonly MemoStage[];
}

export interface MemoStage extends Stage {
  readonly directory?: string;
}

export interface Change {
  /** Only this group; all of them where absent. */
  readonly group?: string;
  readonly requestsPerMinute?: number;
  /** `null` takes the cap off. */
  readonly inFlight?: number | null;
  /** From a group to its pages: how often its rates were changed, this change included. */
  readonly changes?: number;
  /** 1 is first, 5 is last. */
  readonly priority?: number;
}

// To an experiment, to a group, and from a group to its pages.
export const pauseSignal = defineSignal("pause");
export const resumeSignal = defineSignal<[{ readonly resumes?: number }?]>("resume");
export const cancelSignal = defineSignal("cancel");
export const changeSignal = defineSignal<[Change]>("change");

/** Where an experiment is, as it tells it itself. A status knows more: who waits for whom, and how it ended. */
export type ExperimentPhase = "preparing" | "running" | "paused" | "finishing" | "finished";

export interface ExperimentDescription {
  readonly state: ExperimentPhase;
  readonly cancelled: boolean;
  readonly prepared?: PreparedExperiment;
  readonly groups: readonly { readonly plan: GroupPlan; readonly workflowId: string }[];
  /** The one that runs; `prepared` and `groups` are of it. Absent where the experiment has no others. */
  readonly stage?: Stage;
  readonly ended?: readonly StageResult[];
}

export interface ExperimentResult extends Counts {
  readonly status: "finished" | "cancelled";
  readonly records: number;
  readonly repeatedCalls: number;
  readonly completedFile: string;
  /** Of an experiment with several; the counts above are those of the main one. */
  readonly stages?: readonly StageResult[];
  /** The prompts that were rephrased and not sent. */
  readonly rephrasedFile?: string;
}

export const describeQuery = defineQuery<ExperimentDescription>("describe");

// Between groups and pages.

/** A page has sent (or passed over) all that it will: the next page goes on from `position`. */
export interface Sent {
  readonly page: number;
  readonly position: number;
  /** It stopped there since the calls of the day are used up: when there are some again. */
  readonly usedUpUntilMs?: number;
}

/** A page has ended. */
export interface Done extends Counts {
  readonly page: number;
  /** Records without an outcome, to be walked again. */
  readonly left: readonly Range[];
  /** Records whose `<api>/<model>` waits for a person. */
  readonly blocked: readonly Range[];
  /** `left` or `blocked` had too many ranges: they hold records that are counted, too. */
  readonly coarse?: boolean;
  /** The page's count of resumes: what was blocked before the last one is walked again at once. */
  readonly resumes: number;
}

/** A call met an `<api>/<model>` that waits for a person. */
export interface Refused {
  readonly resumes: number;
  readonly refusals: readonly Refusal[];
}

export const sentSignal = defineSignal<[Sent]>("sent");
export const doneSignal = defineSignal<[Done]>("done");
export const refusedSignal = defineSignal<[Refused]>("refused");

export const groupProgressQuery = defineQuery<GroupProgress>("progress");

export interface PageProgress extends Counts {
  readonly position: number;
  readonly open: number;
}

export const pageProgressQuery = defineQuery<PageProgress>("page-progress");

// To a limit.
export const leaseUpdate = defineUpdate<LeaseAnswer, [LeaseRequest]>("lease");
/** An empty cap takes it off. */
export const setCapSignal = defineSignal<[LimitCap]>("set-cap");
export const limitStateQuery = defineQuery<LimitState>("limit-state");

/** What a `limit` starts with: nothing at first, its state when it continues as new. */
export interface LimitInput {
  readonly key: string;
  readonly state?: LimitState;
  /** Leases after which it continues as new. @default that of this version */
  readonly leasesARun?: number;
}

/** What a watch starts with: its settings, and its state when it continues as new. */
export interface WatchInput {
  readonly settings: WatchSettings;
  readonly state?: WatchState;
  /** Events of its history after which it continues as new. @default that of this version */
  readonly eventsARun?: number;
}

/** Memo of a watch: what is known of it with no worker running. */
export interface WatchMemo {
  readonly dataFolder: string;
  /** Of the settings, to tell a second start with other ones. */
  readonly settingsSha256: string;
}

export interface WatchDescription extends Pick<
  WatchState,
  "running" | "waiting" | "counts" | "events"
> {
  readonly settings: WatchSettings;
  readonly state: "watching" | "paused" | "stopped";
  /** What the next one in line will take, from measured rates. */
  readonly nextExpectedMs?: number;
}

// To a watch: `pause` and `resume` as above, and these. Both kinds of workflows answer to `describe`.
export const stopSignal = defineSignal("stop");
export const describeWatchQuery = defineQuery<WatchDescription>("describe");
