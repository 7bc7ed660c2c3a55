import { defined } from "../../domain/defined.js";
import { experimentStatus } from "./experiment-status.js";
import { ExperimentFollower } from "./experiment-follower.js";
import type { FollowOptions } from "./experiment-follower.js";
import { endOfExperiment } from "./find-experiment.js";
import { findRun } from "./find-run.js";
import type { Ostinato } from "../connection/ostinato.js";
import { outliveServer } from "../connection/outlive-server.js";
import { isOver } from "./status.js";
import type { ExperimentStatus } from "./status.js";

const lookEveryMs = 500;

/**
 * Follows an experiment to its end. Yields a status at each change, at most two per second, and a
 * last one with the result. Survives an interruption of the server (the local one is restarted) and
 * keeps a worker running.
 *
 * Throws a `UserError` if the name is unknown or the input is rejected.
 *
 * ```ts
 * for await (const { completed, records } of followExperiment(ostinato, "pilot")) {
 * console.log(`${completed} of ${records}`);
 * }
 * ```
 */
export async function* followExperiment(
  ostinato: Ostinato,
  name: string,
  options: FollowOptions = {},
): AsyncGenerator<ExperimentStatus, void, undefined> {
  const signal = options.signal ?? new AbortController().signal;
  const { onNotice, dataFolder } = options;
  const calls = outliveServer(ostinato, {
    signal,
    ...defined({ onNotice }),
  });
  const find = dataFolder === undefined ? {} : { dataFolder };
  const { found } = await calls.call(() => findRun(ostinato, name, find));
  if (found?.open !== true) {
    const end = found && (await calls.call(() => endOfExperiment(ostinato.client, found)));
    if (end?.userError) throw end.userError;
    yield await calls.call(() => experimentStatus(ostinato, name, find));
    return;
  }
  // The follower's wait for the end could not be interrupted and would keep the process alive for
  // 20 s.
  if (signal.aborted) return;
  const follower = new ExperimentFollower(ostinato, { ...found, name }, options);
  try {
    yield* changesOf(follower, signal);
  } finally {
    await follower.close();
  }
}

/** Leaves out numbers that change while nothing happens. */
function withoutForecasts(key: string, value: unknown): unknown {
  return key === "ends" || key === "perMinute" ? undefined : value;
}

async function* changesOf(
  follower: ExperimentFollower,
  signal: AbortSignal,
): AsyncGenerator<ExperimentStatus, void, undefined> {
  let shown = "";
  while (!signal.aborted) {
    const status = await follower.look();
    const text = JSON.stringify(status, withoutForecasts);
    if (text !== shown) yield status;
    shown = text;
    if (isOver(status.state)) return;
    await follower.untilNews(lookEveryMs, signal);
  }
}
