import type { Ostinato } from "../../client/connection/ostinato.js";
import { openWatchStatus } from "../../client/watch/watch-status.js";
import type { WatchedFolder } from "../../domain/report/live-run.js";

/** Returns the watch of a data folder, for the list of its runs; `undefined` without a watch. */
export async function watchedFolder(
  ostinato: Ostinato,
  dataFolder: string,
): Promise<WatchedFolder | undefined> {
  const status = await openWatchStatus(ostinato, { dataFolder });
  if (!status) return undefined;
  const { state, running, waiting, counts, problems, workerAnswers } = status;
  const { ended, unsound, rejected } = counts;
  return {
    isPaused: state === "paused",
    running: running.map(({ name }) => name),
    waiting: waiting.count,
    waitingNames: waiting.names,
    ended,
    unsound,
    rejected,
    problems: [...(workerAnswers ? [] : [unanswered]), ...problems],
  };
}

const unanswered = "No worker answers, so no file is taken. Start one with `ostinato up`.";
