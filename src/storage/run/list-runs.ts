import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { defined } from "../../domain/defined.js";
import { unlessNone } from "../../domain/money/spending.js";
import type { Spending } from "../../domain/money/spending.js";
import type { Counts, StageOfExperiment } from "../../domain/experiment/experiment.js";
import { isMissing } from "../../domain/failure/error-code.js";
import { errorText } from "../../domain/failure/error-text.js";
import { findManifest, runPaths } from "./run-folder.js";
import { findResult } from "./run-result.js";
import { isStamp } from "./stamp.js";

/** The facts about a run in its folder. */
export interface RunSummary {
  /** Name of the experiment. */
  readonly name: string;
  readonly stamp: string;
  /** Path of the state folder. */
  readonly directory: string;
  /** Number of records to send. */
  readonly records: number;
  /** Number of lines that were recorded as failed and never sent. */
  readonly invalid: number;
  readonly finished: boolean;
  /** Set once the run has finished. Invalid lines count as failed. */
  readonly counts?: Counts;
  /** Spending on the run's calls. Set once the run has finished. */
  readonly spending?: Spending;
  /** Path of the completed file. Set once the run has finished. */
  readonly completedFile?: string;
  readonly startedAt: number;
  readonly finishedAt?: number;
  /** Set if the run is a stage of an experiment. */
  readonly stage?: StageOfExperiment;
}

/** A run with unreadable files, e.g. one of a newer version of Ostinato. */
export interface UnreadableRun {
  /** Path of the state folder. */
  readonly directory: string;
  /** Reason in a sentence. */
  readonly reason: string;
}

/**
 * Returns all prepared runs of a data folder, oldest first. Unreadable runs are omitted and do not
 * hide other runs.
 */
export async function listRuns(
  folder: { readonly output: string },
  onUnreadable: (run: UnreadableRun) => void = () => undefined,
): Promise<RunSummary[]> {
  const runs: RunSummary[] = [];
  for (const experiment of await foldersIn(folder.output)) {
    runs.push(...(await listRunsIn(join(folder.output, experiment), onUnreadable)));
  }
  return runs.sort((a, b) => a.startedAt - b.startedAt || (a.name < b.name ? -1 : 1));
}

/** @param experimentFolder folder of one experiment, below `output` */
async function listRunsIn(
  experimentFolder: string,
  onUnreadable: (run: UnreadableRun) => void,
): Promise<RunSummary[]> {
  const runs: RunSummary[] = [];
  for (const directory of await stateFoldersIn(experimentFolder)) {
    try {
      const run = await summarize(directory);
      if (run) runs.push(run);
    } catch (error) {
      onUnreadable({ directory, reason: errorText(error) });
    }
  }
  return runs;
}

/**
 * Returns the state folders of all runs of an experiment, prepared or not; none if the experiment
 * has no folder.
 */
export async function stateFoldersIn(experimentFolder: string): Promise<string[]> {
  const names = await foldersIn(experimentFolder);
  return names
    .filter((name) => name.startsWith(".") && isStamp(name.slice(1)))
    .map((name) => join(experimentFolder, name));
}

async function summarize(directory: string): Promise<RunSummary | undefined> {
  const manifest = await findManifest(directory);
  if (!manifest) return undefined;
  const result = await findResult(directory);
  return {
    name: manifest.settings.name,
    stamp: manifest.stamp,
    directory,
    records: manifest.records,
    invalid: manifest.invalid,
    finished: result !== undefined,
    startedAt: manifest.createdAt,
    ...defined({ stage: manifest.stage }),
    ...(result && {
      counts: { completed: result.completed, failed: result.failed },
      completedFile: runPaths(directory).completed,
      finishedAt: result.finishedAt,
      ...defined({ spending: result.spending && unlessNone(result.spending) }),
    }),
  };
}

/** Returns the names of the folders in a folder; none if it does not exist or is a file. */
export async function foldersIn(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
