import type { GroupRates } from "../../domain/rates/rates.js";
import type { GroupPhase } from "../../domain/experiment/experiment.js";
import type { Slowdown } from "../../domain/limit/slowing/slowdowns.js";
import type { StepStatus } from "./step-status.js";
import type { StageStatus } from "./stage-status.js";
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
 * without an outcome.
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
  /**
   * Records with an outcome from the last minute. Set only if the status was followed for a minute.
   */
  readonly sentLastMinute?: number;
  readonly groups: readonly GroupStatus[];
  /** Targets that wait for a person, with the reasons. */
  readonly blocked: readonly { readonly target: string; readonly reason: string }[];
  /** APIs that are down, and models that 429s have slowed down. Both recover by themselves. */
  readonly slowdowns: readonly Slowdown[];
  /** Problems that prevent progress, one sentence each. */
  readonly problems: readonly string[];
  readonly workerAnswers: boolean;
  /** Epoch milliseconds. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly completedFile?: string;
  /** Summary of the answers' scores, once the experiment has finished. */
  readonly scores?: readonly ScoreRow[];
  /**
   * Calls that were paid for twice because a process died between an answer and its sync to disk.
   */
  readonly repeatedCalls?: number;
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
  /** File with the rephrased prompts, if they were not sent. */
  readonly rephrasedFile?: string;
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
   * Time at which the daily quota allows calls again, in ms since the epoch. Set while it is used
   * up.
   */
  readonly waitsUntilMs?: number;
  /** Minimum time for the remaining records if nobody shares the limit, in ms. */
  readonly expectedMs: number;
}

/** True for the last status of an experiment. */
export function isOver(state: ExperimentState): boolean {
  return state === "finished" || state === "cancelled" || state === "failed";
}
