import type { Ostinato } from "../connection/ostinato.js";
import { mapAtOnce } from "../map-at-once.js";
import { experimentStatus } from "../status/experiment-status.js";
import { isListed } from "./is-listed.js";
import type { ExperimentFilter } from "./is-listed.js";
import { knownExperiments } from "./known-experiments.js";
import type { ExperimentSummary, KnownOptions } from "./known-experiments.js";
import { isOver } from "../status/status.js";

export interface ListOptions extends KnownOptions, ExperimentFilter {}

/** Combines the chosen runs on the server with those in the data folder, newest first. */
export async function listExperiments(
  ostinato: Ostinato,
  options: ListOptions = {},
): Promise<ExperimentSummary[]> {
  const known = await knownExperiments(ostinato, options);
  const all = await mapAtOnce(known, async (one) => withState(ostinato, one));
  return all
    .filter((summary) => isListed(summary, options))
    .sort((a, b) => b.startedAt - a.startedAt);
}

/** Adds the exact state of an open experiment, for example paused or blocked. */
async function withState(
  ostinato: Ostinato,
  summary: ExperimentSummary,
): Promise<ExperimentSummary> {
  if (isOver(summary.state)) return summary;
  try {
    const { state, workerAnswers } = await experimentStatus(ostinato, summary.name);
    return { ...summary, state, ...(!isOver(state) && { workerAnswers }) };
  } catch {
    // It ended meanwhile, or its files can't be read.
    return summary;
  }
}
