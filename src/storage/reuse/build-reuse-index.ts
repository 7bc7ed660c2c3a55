import { dirname, join, relative } from "node:path";

import { rowsGroup } from "../index/build-row-index.js";
import { writeAtomically, writeJsonAtomically } from "../files/write-atomically.js";
import { openFileBlocks } from "../files/file-blocks.js";
import { isThere } from "../files/is-there.js";
import { readJson } from "../files/read-json.js";
import type { LogEntry } from "../log/log-entry.js";
import { listLogFiles } from "../log/log-files.js";
import { followLog } from "../log/log-tail.js";
import { aggregationFolder, isAggregation, runOfAggregation } from "../run/aggregation-folder.js";
import { stateFoldersIn } from "../run/list-runs.js";
import { instantOfStamp } from "../run/stamp.js";
import { runPaths } from "../run/run-folder.js";
import { firstSegment, segmentFolders } from "../run/pipeline/segment-folder.js";
import { compareByPosition, compareByRow, encodeReuseEntry } from "./reuse-entry.js";
import type { ReuseEntry } from "./reuse-entry.js";
import { readRowKey } from "./row-keys.js";
import { reusePaths } from "./reuse-index.js";

export interface ReuseOptions {
  /** State folder of a run that this run resumes. It may belong to another experiment. */
  readonly resumed?: string;
  readonly onProgress?: () => void;
}

/**
 * Finds the answers and recorded values of an experiment's earlier runs, from the positions beside
 * their logs, and writes two sorted indexes: by call and row, and by call and position. If there
 * are several answers, the answer of the latest run counts. Safe to repeat.
 */
export async function buildReuseIndex(
  directory: string,
  { resumed, onProgress }: ReuseOptions = {},
): Promise<void> {
  const folder = dirname(directory);
  const files: string[] = [];
  const entries: ReuseEntry[] = [];
  for (const earlier of await earlierRuns(directory, resumed)) {
    for (const name of await listLogFiles(earlier, rowsGroup)) {
      const file = files.push(relative(folder, join(earlier, name))) - 1;
      // Not spread into `push`, because a call takes only some 100,000 arguments.
      for (const entry of await answersIn(earlier, name, file)) entries.push(entry);
      onProgress?.();
    }
  }
  const paths = reusePaths(directory);
  await writeAtomically(paths.byRow, encoded(entries, compareByRow));
  await writeAtomically(paths.byPosition, encoded(entries, compareByPosition));
  // This file is written last: if it exists, the index is complete.
  await writeJsonAtomically(paths.files, files);
}

/**
 * Returns the earlier runs, the latest first, each with all of its segments. A resumed run counts
 * as the latest.
 */
async function earlierRuns(
  directory: string,
  resumed: string | undefined,
): Promise<readonly string[]> {
  const isOfAll = isAggregation(directory);
  const own = isOfAll ? runOfAggregation(directory) : firstSegment(directory);
  const ofName = (await stateFoldersIn(dirname(own))).filter((path) => path !== own);
  const all = await withSources(resumed === undefined ? ofName : [resumed, ...ofName]);
  const atOf = (path: string): number => instantOfStamp(runPaths(path).stamp) ?? 0;
  const others = all.filter((path) => path !== resumed).sort((a, b) => atOf(b) - atOf(a));
  const earlier = resumed === undefined ? others : [resumed, ...others];
  const foldersOf = isOfAll ? aggregationsOf : segmentFolders;
  return (await Promise.all(earlier.map(foldersOf))).flat();
}

/**
 * Returns the runs, and the runs whose answers they reused, which may belong to other experiments.
 * If a line was reused, only the log of the run that made its calls contains them.
 */
async function withSources(runs: readonly string[]): Promise<readonly string[]> {
  const found = new Set(runs);
  // The loop also visits items that are added to the set during the loop.
  for (const run of found) {
    // The file is ours: only this module writes it.
    const files = (await readJson(reusePaths(run).files)) as readonly string[] | undefined;
    const sources = files?.map((file) => firstSegment(join(dirname(run), dirname(file)))) ?? [];
    for (const source of new Set(sources)) {
      // The answers of a removed run are not available anymore.
      if (await isThere(source)) found.add(source);
    }
  }
  return [...found];
}

async function aggregationsOf(run: string): Promise<readonly string[]> {
  const folder = aggregationFolder(run);
  return (await isThere(folder)) ? [folder] : [];
}

async function answersIn(
  directory: string,
  name: string,
  file: number,
): Promise<readonly ReuseEntry[]> {
  const found: LogEntry[] = [];
  await followLog(directory, name).read((entry) => {
    if (entry.kind === "call" || entry.kind === "step") found.push(entry);
  });
  const blocks = openFileBlocks();
  try {
    const entries: ReuseEntry[] = [];
    for (const { position, call = 0, offset, length } of found) {
      const row = await readRowKey(blocks, directory, position);
      entries.push({ call, row, position, file, offset, length });
    }
    return entries;
  } finally {
    await blocks.close();
  }
}

function encoded(
  entries: readonly ReuseEntry[],
  compare: (a: ReuseEntry, b: ReuseEntry) => number,
): Buffer {
  const sorted = [...entries].sort((a, b) => compare(a, b) || a.file - b.file);
  const first = sorted.filter((entry, index) => {
    const before = sorted[index - 1];
    return !before || compare(before, entry) !== 0;
  });
  return Buffer.concat(first.map(encodeReuseEntry));
}
