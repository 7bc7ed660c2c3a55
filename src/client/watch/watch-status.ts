import { WorkflowNotFoundError } from "../connection/temporal.js";
import { defined } from "../../domain/defined.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { RunningInput, WatchCounts, WatchEvent } from "../../domain/experiment/watch.js";
import { describeWatchQuery } from "../../../workflows/messages.js";
import type { WatchDescription, WatchInput } from "../../../workflows/messages.js";
import { experimentStatus } from "../status/experiment-status.js";
import { findWatch, watchedFolderOf } from "./find-watch.js";
import type { FoundWatch } from "./find-watch.js";
import { isServerUnreachable } from "../connection/is-server-gone.js";
import type { FindOptions } from "../connection/find-options.js";
import type { Ostinato } from "../connection/ostinato.js";
import { pendingProblems } from "../status/pending-problems.js";
import type { ExperimentStatus } from "../status/status.js";
import { webUiLink } from "../connection/web-ui-link.js";

/** `failed`: the watch itself failed, e.g. it was terminated in the Web UI. */
export type WatchPhase = "watching" | "paused" | "ended" | "failed";

/** The status of a data folder's watch. */
export interface WatchStatus {
  /** Absolute, with symbolic links resolved. */
  readonly dataFolder: string;
  readonly workflowId: string;
  readonly state: WatchPhase;
  /** Maximum number of experiments at once. */
  readonly concurrent: number;
  /** True if it ends when no experiment is waiting or running. */
  readonly once: boolean;
  /** Running experiments of the watch. The first few that have run for 2 s have a `status`. */
  readonly running: readonly WatchedExperiment[];
  /** Waiting files in `input`. */
  readonly waiting: {
    readonly count: number;
    /** Names of the first files in the queue. */
    readonly names: readonly string[];
    /** Number of these files that are still being written. */
    readonly incomplete: number;
    /** Names of the waiting files whose experiment's name is already running. */
    readonly busy: readonly string[];
  };
  /**
   * The next file in the queue, once it is read, with its expected duration from the limit and
   * earlier experiments.
   */
  readonly next?: {
    readonly inputName: string;
    readonly name: string;
    readonly records: number;
    readonly expectedMs: number;
  };
  readonly counts: WatchCounts;
  /** The latest events, oldest first, numbered from 1. */
  readonly events: readonly WatchEvent[];
  /** Problems that prevent progress, one sentence each. */
  readonly problems: readonly string[];
  /**
   * True if a worker answered. Without one, only the folder and state of an open watch are known.
   */
  readonly workerAnswers: boolean;
  /** Start time in ms since the epoch. */
  readonly startedAt: number;
  readonly finishedAt?: number;
  /** The watch's page in the Temporal Web UI. */
  readonly webUi?: string;
}

export interface WatchedExperiment extends Pick<
  RunningInput,
  "inputName" | "name" | "records" | "startedAt" | "expectedMs"
> {
  readonly status?: ExperimentStatus;
}

const deadlineMs = 2_000;
const mostStatuses = 10;
/**
 * Time in ms before a running experiment has a `status`. Avoids many queries to the server for
 * short experiments.
 */
const shownAfterMs = 2_000;

/**
 * The status of a data folder's watch, or of the last one that ended. Throws a `UserError` if there
 * was none.
 */
export async function watchStatus(
  ostinato: Ostinato,
  options: FindOptions = {},
): Promise<WatchStatus> {
  const dataFolder = await watchedFolderOf(options, ostinato.env);
  const found = await findWatch(ostinato, dataFolder);
  if (!found) throw unwatched(dataFolder);
  return await statusOf(ostinato, dataFolder, { ...found, statuses: mostStatuses });
}

/**
 * The status of an open watch, without those of its experiments. Returns `undefined` for a folder
 * that is not watched.
 */
export async function openWatchStatus(
  ostinato: Ostinato,
  options: FindOptions = {},
): Promise<WatchStatus | undefined> {
  const dataFolder = await watchedFolderOf(options, ostinato.env);
  const found = await findWatch(ostinato, dataFolder);
  if (found?.open !== true) return undefined;
  return await statusOf(ostinato, dataFolder, { ...found, statuses: 0 });
}

export function unwatched(dataFolder: string): UserError {
  return new UserError(
    `The data folder ${dataFolder} is not watched. Start with \`ostinato watch\`, or name another folder with --data-folder.`,
  );
}

async function statusOf(
  ostinato: Ostinato,
  dataFolder: string,
  found: FoundWatch & { readonly statuses: number },
): Promise<WatchStatus> {
  const { workflowId, runId, open, startedAt, closedAt } = found;
  const [answer, problems] = await Promise.all([
    open ? askWatch(ostinato, workflowId) : resultOf(ostinato, found),
    open ? pendingProblems(ostinato.client, workflowId) : [],
  ]);
  const webUi = webUiLink(ostinato, workflowId, runId);
  return {
    dataFolder,
    workflowId,
    state: phaseOf(found, answer),
    ...(await factsOf(ostinato, answer, found.statuses)),
    problems: [...unreadableInputs(answer), ...problems],
    workerAnswers: open && answer !== undefined,
    startedAt,
    ...defined({ finishedAt: closedAt, webUi }),
  };
}

function phaseOf({ open, ended }: FoundWatch, answer: WatchDescription | undefined): WatchPhase {
  if (open) return answer?.state === "paused" ? "paused" : "watching";
  return ended ? "ended" : "failed";
}

function unreadableInputs(answer: WatchDescription | undefined): readonly string[] {
  return (answer?.waiting.unreadable ?? []).map(
    ({ inputName, reason }) => `${inputName} waits, since it is unreadable: ${reason}`,
  );
}

type Facts = Pick<
  WatchStatus,
  "concurrent" | "once" | "running" | "waiting" | "next" | "counts" | "events"
>;

/** @param statuses maximum number of running experiments that are asked for their status */
async function factsOf(
  ostinato: Ostinato,
  answer: WatchDescription | undefined,
  statuses: number,
): Promise<Facts> {
  if (!answer) return nothingKnown;
  const { running, counts, events, nextExpectedMs: expectedMs } = answer;
  const { concurrent, once } = answer.settings;
  const { count, names, incomplete, busy, next } = answer.waiting;
  const waiting = { count, names, incomplete, busy };
  return {
    concurrent,
    once,
    waiting,
    counts,
    events,
    running: await Promise.all(
      running.map(async (one, index) => {
        const isShort = Date.now() - one.startedAt < shownAfterMs;
        return toWatched(isShort || index >= statuses ? undefined : ostinato, one);
      }),
    ),
    ...(next &&
      expectedMs !== undefined && {
        next: { inputName: next.inputName, name: next.name, records: next.records, expectedMs },
      }),
  };
}

async function toWatched(
  ostinato: Ostinato | undefined,
  { inputName, name, records, startedAt, expectedMs }: RunningInput,
): Promise<WatchedExperiment> {
  const status = ostinato && (await knownStatus(ostinato, name));
  return { inputName, name, records, startedAt, expectedMs, ...defined({ status }) };
}

/**
 * Returns the status of an experiment; the server may have forgotten an experiment that the watch
 * still lists.
 */
async function knownStatus(
  ostinato: Ostinato,
  name: string,
): Promise<ExperimentStatus | undefined> {
  try {
    return await experimentStatus(ostinato, name);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

const nothingKnown: Facts = {
  concurrent: 1,
  once: false,
  running: [],
  waiting: { count: 0, names: [], incomplete: 0, busy: [] },
  counts: { started: 0, ended: 0, unsound: 0, rejected: 0 },
  events: [],
};

type WatchInputFolder = (input: WatchInput) => Promise<WatchDescription>;

async function resultOf(
  { client }: Ostinato,
  { ended, workflowId, runId }: FoundWatch,
): Promise<WatchDescription | undefined> {
  return ended ? await client.workflow.result<WatchInputFolder>(workflowId, runId) : undefined;
}

/** Returns `undefined` if no worker answers within 2 s. */
async function askWatch(
  { client }: Ostinato,
  workflowId: string,
): Promise<WatchDescription | undefined> {
  try {
    return await client.withDeadline(Date.now() + deadlineMs, () =>
      client.workflow.getHandle(workflowId).query(describeWatchQuery),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isServerUnreachable(error)) throw error;
    return undefined;
  }
}
