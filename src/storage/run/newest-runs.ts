import { basename, join } from "node:path";
import type { Manifest } from "../../domain/experiment/experiment.js";
import { foldersIn, stateFoldersIn } from "./list-runs.js";
import { fileNameOf, findManifest, runPaths } from "./run-folder.js";
import { findResult } from "./run-result.js";
import { instantOfStamp } from "./stamp.js";

/** An ended run with its files. */
export interface FinishedRun {
  /** Path of the state folder. */
  readonly directory: string;
  readonly manifest: Manifest;
  readonly completedFile: string;
}

export interface RunsPlace {
  readonly output: string;
  /** Name of the experiment. @default all experiments of the folder */
  readonly name?: string;
}

/**
 * Yields the finished runs of a data folder, newest first. Reads the files of a run only when the
 * reader reaches the run. Unreadable runs are skipped.
 */
export async function* newestRuns(folder: RunsPlace): AsyncGenerator<FinishedRun, void, undefined> {
  const { name: only } = folder;
  const experiments = only === undefined ? await foldersIn(folder.output) : [fileNameOf(only)];
  const directories = await Promise.all(
    experiments.map(async (name) => stateFoldersIn(join(folder.output, name))),
  );
  const startOf = (directory: string): number => instantOfStamp(basename(directory).slice(1)) ?? 0;
  for (const directory of directories.flat().sort((a, b) => startOf(b) - startOf(a))) {
    const manifest = await readFinished(directory);
    if (manifest) yield { directory, manifest, completedFile: runPaths(directory).completed };
  }
}

async function readFinished(directory: string): Promise<Manifest | undefined> {
  try {
    return (await findResult(directory)) && (await findManifest(directory));
  } catch {
    return undefined;
  }
}
