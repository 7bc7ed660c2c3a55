import type { GroupRates } from "../../domain/rates/rates.js";
import type { GroupPhase } from "../../domain/experiment/experiment.js";
import type { Slowdown } from "../../domain/limit/slowdowns.js";
import type { StageStatus } from "./stage-status.js";
import type { ScoreRow } from "../../domain/scores/line-scoring.js";

/**
 * `unknown`: the run was not finished when it was last seen, and the server doesn't know of it.
 * `failed`: the experiment as such, for instance terminated in the Web UI; failed records don't make it fail.
 */
export type ExperimentState =
  | "starting"
  | "running"
  | "paused"
  | "blocked"
  /** Cancelled; calls in flight end, then the files are written. */
  | "cancelling"
  | "finishing"
  | "finished"
  | "cancelled"
  | "failed"
  | "unknown";

/** How an experiment stands. Counts of records: `records` is `completed` + `failed` + those without an outcome. */
export interface ExperimentStatus {
  readonly name: string;
  readonly state: ExperimentState;
  readonly dataFolder: string;
  /** Absolute path of the run's state folder, once it is prepared. */
  readonly directory?: string;
  /** Of the run, as its files carry it. */
  readonly stamp?: string;
  readonly records: number;
  readonly completed: number;
  readonly failed: number;
  /** Records that are being sent, as the workers last told. */
  readonly inFlight: number;
  readonly requestsPerMinute: number;
  /** Records that got their outcome within the last minute; only of a status that was followed for as long. */
  readonly sentLastMinute?: number;
  readonly groups: readonly GroupStatus[];
  /** What waits for a person, and why. */
  readonly blocked: readonly { readonly target: string; readonly reason: string }[];
  /** APIs that are down, and models whose calls 429s have slowed down; it goes on by itself. */
  readonly slowdowns: readonly Slowdown[];
  /** What keeps the experiment from going on, in sentences. */
  readonly problems: readonly string[];
  readonly workerAnswers: boolean;
  /** Epoch milliseconds. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly completedFile?: string;
  /** What the answers' scores come to, once it has finished. */
  readonly scores?: readonly ScoreRow[];
  /** Calls that were paid twice because a process died between an answer and its sync. */
  readonly repeatedCalls?: number;
  /** Calls that met a 429 or an outage, and count as no attempts. */
  readonly heldCalls?: number;
  /** Why the experiment as such failed. */
  readonly error?: string;
  /** The experiment's page in the Temporal Web UI. */
  readonly webUi?: string;
  /** Of an experiment with several. While it runs, the counts above are those of the stage that runs, then of the main one. */
  readonly stages?: readonly StageStatus[];
  /** The rephrased prompts, where none of them was to be sent. */
  readonly rephrasedFile?: string;
}

export interface GroupStatus extends GroupRates {
  readonly name: string;
  /** For instance `api/openai/gpt-4o`. */
  readonly limitKey: string;
  /** `unknown` where no worker answers. */
  readonly state: GroupPhase | "unknown";
  readonly records: number;
  readonly completed: number;
  readonly failed: number;
  readonly open: number;
  /** Its calls of the day are used up: when there are some again, epoch milliseconds. */
  readonly waitsUntilMs?: number;
  /** What is left takes at least so long, if nobody shares the limit; milliseconds. */
  readonly expectedMs: number;
}

/** Whether a status is the last one. */
export function isOver(state: ExperimentState): boolean {
  return state === "finished" || state === "cancelled" || state === "failed";
}
