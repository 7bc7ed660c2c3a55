import { watchedFolderOf, watchIdOf } from "./find-watch.js";
import { keepWorker } from "../worker/keep-worker.js";
import type { FollowOptions } from "../status/experiment-follower.js";
import type { FindOptions } from "../connection/find-options.js";
import type { Ostinato } from "../connection/ostinato.js";
import { outliveServer } from "../connection/outlive-server.js";
import type { OutlivingCalls } from "../connection/outlive-server.js";
import { watchStatus } from "./watch-status.js";
import type { WatchStatus } from "./watch-status.js";

const lookEveryMs = 1_000;

/**
 * Follows the watch of a data folder until it ends. Yields a status at each change, at most one per
 * second, and a last one. Survives an interruption of the server (the local one is restarted) and
 * keeps a worker running.
 *
 * Throws a `UserError` if the folder was never watched.
 */
export async function* followWatch(
  ostinato: Ostinato,
  options: FollowOptions = {},
): AsyncGenerator<WatchStatus, void, undefined> {
  const signal = options.signal ?? new AbortController().signal;
  const find = options.dataFolder === undefined ? {} : { dataFolder: options.dataFolder };
  const looking = await lookingAt(ostinato, { ...options, signal }, find);
  let shown = "";
  try {
    while (!signal.aborted) {
      const status = await looking.look();
      const text = JSON.stringify(status);
      if (text !== shown) yield status;
      shown = text;
      if (status.finishedAt !== undefined) return;
      await looking.pause(lookEveryMs);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await looking.close();
  }
}

interface Looking {
  readonly look: () => Promise<WatchStatus>;
  readonly pause: OutlivingCalls["pause"];
  readonly close: () => Promise<void>;
}

async function lookingAt(
  ostinato: Ostinato,
  { signal, onNotice, keepWorker: keep }: FollowOptions & { readonly signal: AbortSignal },
  find: FindOptions,
): Promise<Looking> {
  const notices = onNotice === undefined ? {} : { onNotice };
  const dataFolder = await watchedFolderOf(find, ostinato.env);
  const watchId = watchIdOf(dataFolder);
  const calls = outliveServer(ostinato, { signal, ...notices });
  const worker =
    keep === false ? undefined : keepWorker(ostinato, { watchId, dataFolder, ...notices });
  return {
    async look() {
      const status = await calls.call(() => watchStatus(ostinato, find));
      if (status.finishedAt === undefined) worker?.check(status.workerAnswers);
      const problems = [calls.problem(), worker?.problem(), ...status.problems];
      return { ...status, problems: problems.filter((problem) => problem !== undefined) };
    },
    pause: calls.pause,
    close: async () => worker?.stop(),
  };
}
