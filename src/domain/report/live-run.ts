import type { ReportState } from "./run-report.js";

/** State of a run. The server of the page sends it again at each change. */
export interface LiveRun {
  /** Version that increases with each change of the report or the rows. */
  readonly version: number;
  /** Share of the records that were read. Set while the run is being opened. */
  readonly progress?: number;
  /** Absent without a Temporal server, and for an older run of the name. */
  readonly status?: LiveStatus;
}

/** The facts about a run that only the Temporal server and the workers know. */
export interface LiveStatus {
  /** Set while the run is open. */
  readonly state?: ReportState;
  /** State in the words of `ostinato status`. */
  readonly words?: string;
  /** Requests that no worker has taken yet, oldest first: `pause`, `cancel` … */
  readonly asked?: readonly string[];
  readonly inFlight: number;
  readonly requestsPerMinute: number;
  /** Number of records that got their outcome in the last minute. */
  readonly lastMinute?: number;
  /** Expected end, in ms since the epoch. */
  readonly endsAtMs?: number;
  /** Problems that prevent progress, one sentence each. */
  readonly problems: readonly string[];
  readonly actions: readonly SteeringAction[];
  /** One line per step, or per group if there are several groups. */
  readonly lines?: readonly LiveLine[];
}

/** A step of a pipeline, a node of a flow or a group of records, while the run is in progress. */
export interface LiveLine {
  readonly name: string;
  /** Description: models, function, or limit. */
  readonly about: string;
  readonly done: number;
  readonly failed: number;
  readonly dropped: number;
  /** Number of calls in flight. */
  readonly inFlight: number;
  /** Number of calls that wait for a slot. */
  readonly waiting: number;
  /** Number of records of a group. */
  readonly total?: number;
  /** Calls of the last minute in relation to the allowed calls. */
  readonly perMinute?: number;
  readonly requestsPerMinute?: number;
  /** Reason in a word why the calls do not go faster. */
  readonly heldBy?: string;
  /** Expected end, in ms since the epoch. */
  readonly endsAtMs?: number;
  /** Cost in US dollars of the calls with a known price. */
  readonly cost?: number;
  /** Number of calls with an unknown price. */
  readonly unpriced?: number;
}

export type SteeringAction = "pause" | "resume" | "change" | "cancel" | "retry";

/** A request to steer a run. The numbers are only for `change`. */
export interface Steering {
  readonly action: SteeringAction;
  readonly requestsPerMinute?: number | undefined;
  /** Maximum number of concurrent calls; `null` removes it. */
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
  /** Cost in US dollars. */
  readonly cost?: number;
  /** Start time in ms since the epoch. */
  readonly startedAt: number;
  readonly finishedAt?: number;
}

/** The watch of the data folder, if there is one. */
export interface WatchedFolder {
  readonly isPaused: boolean;
  /** Names of the running experiments that the watch has started. */
  readonly running: readonly string[];
  /** Number of waiting files, and the names of the first ones. */
  readonly waiting: number;
  readonly waitingNames: readonly string[];
  /** Number of ended experiments, and the number with failures. */
  readonly ended: number;
  readonly unsound: number;
  /** Number of files that were set aside. */
  readonly rejected: number;
  readonly problems: readonly string[];
}

export interface RunList {
  readonly dataFolder: string;
  /** Absent if the folder is not watched. */
  readonly watch?: WatchedFolder;
  readonly runs: readonly ListedRun[];
  /** Sentences about runs that cannot be listed, and about a server that does not answer. */
  readonly notices: readonly string[];
}
