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
import type { FindOptions } from "../status/list-experiments.js";
import type { Ostinato } from "../connection/ostinato.js";
import { pendingProblems } from "../status/pending-problems.js";
import type { ExperimentStatus } from "../status/status.js";
import { webUiLink } from "../connection/web-ui-link.js";

/** `failed`: as such, for instance terminated in the Web UI. */
export type WatchPhase = "watching" | "paused" | "ended" | "failed";

/** How the watch of a data folder stands. */
export interface WatchStatus {
  /** Absolute, links resolved. */
  readonly dataFolder: string;
  readonly workflowId: string;
  readonly state: WatchPhase;
  /** Most experiments at once. */
  readonly concurrent: number;
  /** It ends when nothing waits or runs any more. */
  readonly once: boolean;
  /** Experiments of the watch that run; the `status` of the first few that have run for 2 s. */
  readonly running: readonly WatchedExperiment[];
  /** Files of `input` that wait. */
  readonly waiting: {
    readonly count: number;
    /** The first ones in line. */
    readonly names: readonly string[];
    /** Of them, those that are still being written. */
    readonly incomplete: number;
    /** Of them, those whose experiment's name runs already. */
    readonly busy: readonly string[];
  };
  /** The next one in line, once it was read: what it will take by the limit and by earlier experiments. */
  readonly next?: {
    readonly inputName: string;
    readonly name: string;
    readonly records: number;
    readonly expectedMs: number;
  };
  readonly counts: WatchCounts;
  /** The latest, the oldest first; numbered from 1. */
  readonly events: readonly WatchEvent[];
  /** What keeps the watch from going on, in sentences. */
  readonly problems: readonly string[];
  /** Without one nothing but folder and state is known of an open watch. */
  readonly workerAnswers: boolean;
  /** Epoch milliseconds. */
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
/** Many short experiments would keep the server busy with questions. */
const shownAfterMs = 2_000;

/** How the watch of a data folder stands, or how the last one ended. Throws `UserError` where there was none. */
export async function watchStatus(
  ostinato: Ostinato,
  options: FindOptions = {},
): Promise<WatchStatus> {
  const dataFolder = await watchedFolderOf(options, ostinato.env);
  const found = await findWatch(ostinato, dataFolder);
  if (!found) throw unwatched(dataFolder);
  return await statusOf(ostinato, dataFolder, found);
}

export function unwatched(dataFolder: string): UserError {
  return new UserError(
    `The data folder ${dataFolder} is not watched. Start with \`ostinato watch\`, or name another folder with --data-folder.`,
  );
}

async function statusOf(
  ostinato: Ostinato,
  dataFolder: string,
  found: FoundWatch,
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
    ...(await factsOf(ostinato, answer)),
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

async function factsOf(ostinato: Ostinato, answer: WatchDescription | undefined): Promise<Facts> {
  if (!answer) return nothingKnown;
  const { running, counts, events, nextExpectedMs: expectedMs } = answer;
  const { concurrent, once } = answer.settings;
  const { count, names, incomplete, busy, next } = answer.waiting;
  const waiting = { count, names, incomplete, busy };
  return {
    ...{ concurrent, once, waiting, counts, events },
    running: await Promise.all(
      running.map(async (one, index) => {
        const isShort = Date.now() - one.startedAt < shownAfterMs;
        return toWatched(isShort || index >= mostStatuses ? undefined : ostinato, one);
      }),
    ),
    ...(next && expectedMs !== undefined
      ? { next: { inputName: next.inputName, name: next.name, records: next.records, expectedMs } }
      : {}),
  };
}

async function toWatched(
  ostinato: Ostinato | undefined,
  { inputName, name, records, startedAt, expectedMs }: RunningInput,
): Promise<WatchedExperiment> {
  const status = ostinato && (await knownStatus(ostinato, name));
  return { inputName, name, records, startedAt, expectedMs, ...(status && { status }) };
}

/** A server may have forgotten an experiment that a watch hasn't missed yet. */
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

/** `undefined` where no worker answers within 2 s. */
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
