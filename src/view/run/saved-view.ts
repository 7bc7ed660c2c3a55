import { basename, dirname, join } from "node:path";
import { judgedFiles } from "../../client/answers/read-judged-answers.js";
import { installedBuild } from "../../local-server/worker/worker-build.js";
import type { OpenedFacts } from "../../client/report/read-report.js";
import type { HashedFile } from "../../domain/report/run-report.js";
import type { ReportSums } from "../../report/tally/report-tally.js";
import { statIfThere } from "../../storage/files/stat-if-there.js";
import { readArrays, writeArrays } from "../../storage/lines/array-file.js";
import type { SavedParts } from "../../storage/lines/array-file.js";
import { runPaths } from "../../storage/run/run-folder.js";

/** Version of the format. Increase it if the meaning of the file changes. */
const format = 4;

export interface SavedFacts {
  readonly sums: ReportSums;
  /** Hash of the completed file. */
  readonly output: HashedFile;
}

/** All data that the server of the page has read from the files of a finished run. */
export interface SavedView {
  readonly facts: SavedFacts;
  readonly parts: SavedParts;
}

/**
 * A file in the run's state folder with the data of a large run, so that the next server need not
 * read the run.
 */
export interface ViewFile {
  /**
   * Returns the saved view. `undefined` if there is no such file, or if it belongs to another
   * version or to other files.
   */
  readonly load: () => Promise<SavedView | undefined>;
  /** Saves a view. Does nothing if the folder cannot be written. */
  readonly save: (view: SavedView) => Promise<void>;
}

/** @param directory state folder of a finished run */
export async function openViewFile(directory: string): Promise<ViewFile> {
  const path = join(directory, "view.cache");
  const key = await keyOf(directory);
  return {
    async load() {
      const { view, ...parts } = (await readArrays(path, key)) ?? {};
      // The file is ours: only `save` writes it.
      return view && { facts: view.facts as SavedFacts, parts };
    },
    async save({ facts, parts }) {
      try {
        await writeArrays(path, key, { view: { facts, arrays: {} }, ...parts });
      } catch {
        // The disk is read-only or full, so the next server reads the run again.
      }
    },
  };
}

/** Adds the hash of the completed file, if it is missing. */
export function withOutput(opened: OpenedFacts, output: HashedFile): OpenedFacts {
  const { facts } = opened;
  const { files } = facts.reproduce;
  if (files.some(({ role }) => role === "output")) return opened;
  const reproduce = { ...facts.reproduce, files: [...files, output] };
  return { ...opened, facts: { ...facts, reproduce } };
}

/** Returns a key that changes with the version of Ostinato and with every file of the view. */
async function keyOf(directory: string): Promise<string> {
  const { completed } = runPaths(directory);
  const dataFolder = dirname(dirname(dirname(directory)));
  const files = [completed, ...(await judgedFiles(completed, dataFolder))];
  const states = files.map(async (file) => {
    const state = await statIfThere(file);
    return [basename(file), String(state?.size), String(state?.mtimeNs), String(state?.ino)];
  });
  const { version, build } = installedBuild();
  return JSON.stringify([format, version, build, ...(await Promise.all(states))]);
}
