import type { Ostinato } from "../../src/client/connection/ostinato.js";
import type { WatchEvent } from "../../src/domain/experiment/watch.js";
import type { WatchStatus } from "../../src/client/watch/watch-status.js";
import { followWatch } from "../../src/client/watch/follow-watch.js";
import type { ExitCode } from "../exit-codes.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { noticesAlone } from "../output/progress/progress.js";
import { countsText } from "../output/progress/render-watch.js";
import type { Terminal } from "../output/terminal/terminal.js";
import { createWatchProgress } from "../output/progress/watch-progress.js";
import type { WatchProgress } from "../output/progress/watch-progress.js";
import { sayDetached } from "./say-detached.js";
import { watchCommand } from "./watch-command.js";
import type { AtWork } from "./with-worker.js";

interface FollowingWatch extends AtWork {
  readonly ostinato: Ostinato;
  readonly dataFolder: string;
  readonly json: boolean;
  /** True if this command has started the watch. Then all its events are new. */
  readonly isNew: boolean;
}

/**
 * Shows a watch until it ends, until all remaining work of a `once` watch is blocked, or until
 * Ctrl-C.
 */
export async function followWatchToEnd(
  following: FollowingWatch,
  terminal: Terminal,
): Promise<ExitCode> {
  const { ostinato, dataFolder, json, isNew } = following;
  const progress: WatchProgress = json ? noticesAlone(terminal) : createWatchProgress(terminal);
  const freshOf = createFresh(isNew);
  let latest: WatchStatus | undefined;
  try {
    const statuses = followWatch(ostinato, {
      signal: following.signal,
      dataFolder,
      onNotice: progress.notice,
    });
    for await (const status of statuses) {
      const wasOver = status.finishedAt !== undefined && !latest && !isNew;
      const { events, missed } = wasOver ? nothingFresh : freshOf(status);
      latest = status;
      if (missed > 0) progress.notice(`${missed} events were too fast to show.`);
      progress.show(status, events);
      await printEvents(events, following, terminal);
      if (json) await terminal.data(jsonLine({ type: "status", ...status }));
      if (isStuck(status)) break;
    }
  } finally {
    progress.end();
  }
  if (latest && (latest.finishedAt !== undefined || isStuck(latest))) {
    return await sayEnd(latest, following, terminal);
  }
  const follow = watchCommand("follow", dataFolder, terminal);
  const { workerIsOurs } = following;
  return sayDetached({ what: "The watch", follow, workerIsOurs }, terminal);
}

interface Fresh {
  readonly events: readonly WatchEvent[];
  /** Number of events that no status included. */
  readonly missed: number;
}

const nothingFresh: Fresh = { events: [], missed: 0 };

/**
 * The events of each status that the previous one lacked. Events from before the start do not
 * count.
 */
function createFresh(isNew: boolean): (status: WatchStatus) => Fresh {
  let told: number | undefined = isNew ? 0 : undefined;
  return ({ events, workerAnswers, finishedAt }) => {
    if (!workerAnswers && finishedAt === undefined) return nothingFresh;
    const last = events.at(-1)?.number ?? 0;
    const from = told ?? last;
    told = Math.max(from, last);
    const fresh = events.filter(({ number }) => number > from);
    return { events: fresh, missed: Math.max(0, last - from - fresh.length) };
  };
}

async function printEvents(
  events: readonly WatchEvent[],
  { json }: FollowingWatch,
  { data }: Terminal,
): Promise<void> {
  for (const event of events) {
    if (json) await data(jsonLine(event));
    else if (event.type === "ended" && event.completedFile !== undefined) {
      await data(event.completedFile);
    }
  }
}

/** True for a `once` watch whose experiments all wait for a person, with no room for another. */
function isStuck({ once, concurrent, running, waiting }: WatchStatus): boolean {
  const canStart = running.length < concurrent && waiting.count > waiting.busy.length;
  return (
    once &&
    !canStart &&
    running.length > 0 &&
    running.every(({ status }) => status?.state === "blocked")
  );
}

async function sayEnd(
  status: WatchStatus,
  { json, dataFolder }: FollowingWatch,
  terminal: Terminal,
): Promise<ExitCode> {
  const { counts, state } = status;
  if (json) await terminal.data(jsonLine({ type: "summary", state, ...counts }));
  if (isStuck(status)) {
    const again = watchCommand("follow", dataFolder, terminal);
    terminal.talk(
      `The remaining experiments are blocked. Fix their keys or quotas, then continue with \`${again}\`.`,
    );
    return exitCodes.blocked;
  }
  terminal.talk(`The watch of ${dataFolder} has ${state}: ${countsText(status)}.`);
  if (counts.rejected > 0) return exitCodes.userMistake;
  return state === "failed" || counts.unsound > 0 ? exitCodes.someFailed : exitCodes.done;
}
