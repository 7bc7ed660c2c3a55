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

/** Raise it when the meaning of the file changes. */
const format = 4;

export interface SavedFacts {
  readonly sums: ReportSums;
  /** Hash of the completed file. */
  readonly output: HashedFile;
}

/** Everything that the server of the page has learnt from the files of a finished run. */
export interface SavedView {
  readonly facts: SavedFacts;
  readonly parts: SavedParts;
}

/** A file in the run's state folder that saves the next server the reading of a large run. */
export interface ViewFile {
  /** Returns `undefined` without such a file, and for one of another version or of other files. */
  readonly load: () => Promise<SavedView | undefined>;
  /** Does nothing if the folder cannot be written. */
  readonly save: (view: SavedView) => Promise<void>;
}

/** @param directory the state folder of a finished run */
export async function openViewFile(directory: string): Promise<ViewFile> {
  const path = join(directory, "view.cache");
  const key = await keyOf(directory);
  return {
    async load() {
      const { view, ...parts } = (await readArrays(path, key)) ?? {};
      // Only `save` writes such a file.
      return view && { facts: view.facts as SavedFacts, parts };
    },
    async save({ facts, parts }) {
      try {
        await writeArrays(path, key, { view: { facts, arrays: {} }, ...parts });
      } catch {
        // A read-only or a full disk: the next server reads the run again.
      }
    },
  };
}

/** Adds the hash of the completed file, if it is not there yet. */
export function withOutput(opened: OpenedFacts, output: HashedFile): OpenedFacts {
  const { facts } = opened;
  const { files } = facts.reproduce;
  if (files.some(({ role }) => role === "output")) return opened;
  const reproduce = { ...facts.reproduce, files: [...files, output] };
  return { ...opened, facts: { ...facts, reproduce } };
}

/** Changes with the version of Ostinato and with every file that the view was read from. */
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
