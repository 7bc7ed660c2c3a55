import type { GroupRates } from "../../domain/rates/rates.js";
import type { AcceptedRows, GroupPhase } from "../../domain/experiment/experiment.js";
import type { Spending } from "../../domain/money/spending.js";
import type { Slowdown } from "../../domain/limit/slowing/slowdowns.js";
import type { ExpectedEnd } from "../../domain/progress/expected-end.js";
import type { Hold } from "../../domain/progress/hold.js";
import type { AggregationError } from "../../storage/batch/aggregation-errors.js";
import type { CallCounts } from "../../storage/log/call-tally.js";
import type { ErrorGroup } from "./run-tallies.js";
import type { StepStatus } from "./step-status.js";
import type { StageStatus } from "./stage-status.js";
import type { SteeringRequest } from "./untaken-requests.js";
import type { ScoreRow } from "../../domain/scores/line-scoring.js";

/**
 * `unknown`: the run was unfinished when last seen, and the server does not know it. `failed`: the
 * experiment itself failed, e.g. it was terminated in the Web UI. Failed records do not make it
 * fail.
 */
export type ExperimentState =
  | "starting"
  | "running"
  | "paused"
  | "blocked"
  /** Cancelled. Calls in flight end, then the files are written. */
  | "cancelling"
  | "finishing"
  | "finished"
  | "cancelled"
  | "failed"
  | "unknown";

/**
 * The status of an experiment. `records` is the sum of `completed`, `failed` and the records
 * without an outcome, which at the end are those that were not needed.
 */
export interface ExperimentStatus {
  readonly name: string;
  readonly state: ExperimentState;
  readonly dataFolder: string;
  /** Absolute path of the run's state folder, once it is prepared. */
  readonly directory?: string;
  /** Stamp of the run, which is part of its file names. */
  readonly stamp?: string;
  readonly records: number;
  readonly completed: number;
  readonly failed: number;
  /** Records that are being sent, from the workers' latest report. */
  readonly inFlight: number;
  readonly requestsPerMinute: number;
  /** Records that got their outcome in the last minute. Absent for an ended experiment. */
  readonly sentLastMinute?: number;
  /** The expected end. Absent while a part of it waits for a person, or no worker answers. */
  readonly ends?: ExpectedEnd;
  /** The calls so far, of all stages. */
  readonly calls?: CallsSoFar;
  /** The failures so far by kind, the newest kind first; at most ten. */
  readonly errors?: readonly ErrorGroup[];
  readonly groups: readonly GroupStatus[];
  /**
   * Targets that wait for a person, with the reasons. The target `max-cost` stands for all of them,
   * once the money is spent.
   */
  readonly blocked: readonly { readonly target: string; readonly reason: string }[];
  /** APIs that are down, and models that 429s have slowed down. Both recover by themselves. */
  readonly slowdowns: readonly Slowdown[];
  /** Problems that prevent progress, one sentence each. */
  readonly problems: readonly string[];
  readonly workerAnswers: boolean;
  /**
   * Requests that wait for a worker, oldest first: `state` doesn't show their effect yet. Absent
   * if there is none.
   */
  readonly asked?: readonly SteeringRequest[];
  /** Epoch milliseconds. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly completedFile?: string;
  /**
   * Summary of the answers' scores. While the experiment runs, of the answers so far and of the
   * built-in scorers, at most 500 answers a second of each worker.
   */
  readonly scores?: readonly ScoreRow[];
  /**
   * Calls that were paid for twice because a process died between an answer and its sync to disk.
   */
  readonly repeatedCalls?: number;
  /**
   * The spending on all calls so far, of all stages, including repeated calls. Absent if no call
   * costs anything.
   */
  readonly spending?: Spending;
  /** Dollars that the experiment may spend with all of its stages. Absent without a limit. */
  readonly maxCost?: number;
  /** Calls that met a 429 or an outage and do not count as attempts. */
  readonly heldCalls?: number;
  /** The reason why the experiment itself failed. */
  readonly error?: string;
  /** The experiment's page in the Temporal Web UI. */
  readonly webUi?: string;
  /**
   * Set if there are several stages. During the run the counts above are those of the running
   * stage, afterwards those of the main one.
   */
  readonly stages?: readonly StageStatus[];
  /** Set for a pipeline: its steps, in the order of their declaration. */
  readonly steps?: readonly StepStatus[];
  /** Set for a batch run whose aggregation has failed. */
  readonly aggregationErrors?: readonly AggregationError[];
  /** Set for a pipeline with a target. */
  readonly acceptedRows?: AcceptedRows;
  /** File with the rephrased prompts, if they were not sent. */
  readonly rephrasedFile?: string;
}

/** The calls of an experiment by how they ended. `sent` is the sum of the others. */
export interface CallsSoFar extends CallCounts {
  /**
   * Calls that were paid for twice because a process died between an answer and its sync to disk.
   */
  readonly repeated: number;
}

export interface GroupStatus extends GroupRates {
  readonly name: string;
  /** Key of the limit, e.g. `api/openai/gpt-4o`. */
  readonly limitKey: string;
  /** `unknown` if no worker answers. */
  readonly state: GroupPhase | "unknown";
  readonly records: number;
  readonly completed: number;
  readonly failed: number;
  readonly open: number;
  /**
   * Rate of each model, if the models of a pipeline or flow have the same. `requestsPerMinute` is
   * their sum.
   */
  readonly requestsPerMinuteOfEach?: number;
  /** The spending on its calls. Absent if none costs anything. */
  readonly spending?: Spending;
  /**
   * Time at which the daily quota allows calls again, in ms since the epoch. Set while it is used
   * up.
   */
  readonly waitsUntilMs?: number;
  /** Calls of the last minute. Absent if no worker answers. */
  readonly perMinute?: number;
  /** The reason why its calls do not go faster. */
  readonly heldBy?: Hold;
  /** By the present pace. Absent while it is paused or blocked, and while no worker runs. */
  readonly ends?: ExpectedEnd;
  /**
   * Minimum time for the remaining records at its own rates, in ms. For the time left, see `ends`.
   */
  readonly expectedMs: number;
}

/** True for the last status of an experiment. */
export function isOver(state: ExperimentState): boolean {
  return state === "finished" || state === "cancelled" || state === "failed";
}
