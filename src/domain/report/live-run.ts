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
  /** A line for each step, or for each group of several. */
  readonly lines?: readonly LiveLine[];
}

/** A step of a pipeline, a node of a flow or a group of records, while the run goes on. */
export interface LiveLine {
  readonly name: string;
  /** Its models, what it does, or its limit. */
  readonly about: string;
  readonly done: number;
  readonly failed: number;
  readonly dropped: number;
  /** Calls in flight. */
  readonly inFlight: number;
  /** Calls that wait for a slot. */
  readonly waiting: number;
  /** Records of a group. */
  readonly total?: number;
  /** Calls of the last minute, of those that are allowed. */
  readonly perMinute?: number;
  readonly requestsPerMinute?: number;
  /** The reason why its calls do not go faster, in a word. */
  readonly heldBy?: string;
  /** Expected end, in ms since the epoch. */
  readonly endsAtMs?: number;
  /** In US dollars, of the calls with a known price. */
  readonly cost?: number;
  /** Calls of unknown price. */
  readonly unpriced?: number;
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

/** The watch of the data folder, while it goes on. */
export interface WatchedFolder {
  readonly isPaused: boolean;
  /** Names of the experiments that it has started and that run. */
  readonly running: readonly string[];
  /** Number of files that wait, and the names of the first ones. */
  readonly waiting: number;
  readonly waitingNames: readonly string[];
  /** Experiments that have ended, and those of them with failures. */
  readonly ended: number;
  readonly unsound: number;
  /** Files that were set aside. */
  readonly rejected: number;
  readonly problems: readonly string[];
}

export interface RunList {
  readonly dataFolder: string;
  /** Absent if the folder is not watched. */
  readonly watch?: WatchedFolder;
  readonly runs: readonly ListedRun[];
  /** Sentences about runs that are not listed, and about a server that does not answer. */
  readonly notices: readonly string[];
}
