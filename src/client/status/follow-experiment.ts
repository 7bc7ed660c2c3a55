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
 * Follows an experiment to its end: a status at each change, at most two a second, and a last one with its result. It
 * outlives a server that goes (the local one is started again) and sees that a worker answers.
 *
 * Throws a `UserError` where nobody knows the name, or the input is refused.
 *
 * ```ts
 * for await (const { completed, records } of followExperiment(ostinato, "pilot")) {
 *   console.log(`${completed} of ${records}`);
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
  // Its wait for the end could no more be broken off, and would keep the process for 20 s.
  if (signal.aborted) return;
  const follower = new ExperimentFollower(ostinato, { ...found, name }, options);
  try {
    yield* changesOf(follower, signal);
  } finally {
    await follower.close();
  }
}

async function* changesOf(
  follower: ExperimentFollower,
  signal: AbortSignal,
): AsyncGenerator<ExperimentStatus, void, undefined> {
  let shown = "";
  while (!signal.aborted) {
    const status = await follower.look();
    const text = JSON.stringify(status);
    if (text !== shown) yield status;
    shown = text;
    if (isOver(status.state)) return;
    await follower.untilNews(lookEveryMs, signal);
  }
}
