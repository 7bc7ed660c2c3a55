import type { ReportState } from "./run-report.js";

/** The state of a run that the server of the page tells, again and again. */
export interface LiveRun {
  /** Counts the changes of the report and the rows. */
  readonly version: number;
  /** Share of the records that was read, while the run is being opened. */
  readonly progress?: number;
  /** Absent without a Temporal server, and for an older run of the name. */
  readonly status?: LiveStatus;
}

/** The facts about a run that only the Temporal server and the workers know. */
export interface LiveStatus {
  /** Set while the run is open. */
  readonly state?: ReportState;
  /** The state in the words of `ostinato status`. */
  readonly words?: string;
  /** Requests that no worker has taken yet, oldest first: `pause`, `cancel` … */
  readonly asked?: readonly string[];
  readonly inFlight: number;
  readonly requestsPerMinute: number;
  /** Records that got their outcome in the last minute. */
  readonly lastMinute?: number;
  /** Expected end, in ms since the epoch. */
  readonly endsAtMs?: number;
  /** Problems that prevent progress, one sentence each. */
  readonly problems: readonly string[];
  readonly actions: readonly SteeringAction[];
}

export type SteeringAction = "pause" | "resume" | "change" | "cancel" | "retry";

/** A request to steer a run. The numbers belong to `change`. */
export interface Steering {
  readonly action: SteeringAction;
  readonly requestsPerMinute?: number | undefined;
  /** `null` removes the cap. */
  readonly inFlight?: number | null | undefined;
  readonly maxCost?: number | undefined;
}

/** A run of the data folder in the list. */
export interface ListedRun {
  readonly name: string;
  readonly stamp?: string;
  /** True for the newest run of its name. */
  readonly latest: boolean;
  readonly state: string;
  readonly records?: number;
  readonly completed?: number;
  readonly failed?: number;
  /** In US dollars. */
  readonly cost?: number;
  /** In ms since the epoch. */
  readonly startedAt: number;
  readonly finishedAt?: number;
}

export interface RunList {
  readonly dataFolder: string;
  readonly runs: readonly ListedRun[];
  /** Sentences about runs that are not listed, and about a server that does not answer. */
  readonly notices: readonly string[];
}
