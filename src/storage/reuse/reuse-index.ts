import { dirname, join } from "node:path";

import { callNumber } from "../../domain/journal/call-key.js";
import type { CallLine, StepLine } from "../../domain/record/log-line.js";
import { errorCode } from "../../domain/failure/error-code.js";
import { openFileBlocks } from "../files/file-blocks.js";
import type { FileBlocks } from "../files/file-blocks.js";
import { readJson } from "../files/read-json.js";
import { statIfThere } from "../files/stat-if-there.js";
import {
  compareByPosition,
  compareByRow,
  decodeReuseEntry,
  reuseEntryBytes,
} from "./reuse-entry.js";
import type { ReuseEntry } from "./reuse-entry.js";
import { segmentNumber } from "../run/pipeline/segment-folder.js";
import { readRowKey } from "./row-keys.js";
import { SpareAnswers } from "./spare-answers.js";

export interface ReusePaths {
  /** Log files with the answers, relative to the experiment's folder. */
  readonly files: string;
  readonly byRow: string;
  readonly byPosition: string;
}

export function reusePaths(directory: string): ReusePaths {
  return {
    files: join(directory, "reuse.json"),
    byRow: join(directory, "reuse.by-row"),
    byPosition: join(directory, "reuse.by-position"),
  };
}

/** The answers of earlier runs, which are read from disk when needed. */
export interface ReuseIndex {
  /**
   * Returns the line of an earlier run's journal for a call of a row, or for a recorded value. It
   * is the line of an equal row, otherwise the line of the row at the same position. All rows after
   * a global step may have changed, for example their ranks. So they also get the line of a row
   * that no longer exists, if only that row made the call.
   */
  readonly lineOf: (position: number, key: string) => Promise<CallLine | StepLine | undefined>;
  readonly close: () => Promise<void>;
}

/** Opens the index. @returns `undefined` if the run reuses nothing */
export async function openReuseIndex(directory: string): Promise<ReuseIndex | undefined> {
  const paths = reusePaths(directory);
  // The file is ours: only the preparation writes it.
  const files = (await readJson(paths.files)) as readonly string[] | undefined;
  if (!files || files.length === 0) return undefined;
  const blocks = openFileBlocks();
  const sorted = { blocks, directory, files };
  const byRow = await sortedFile(blocks, paths.byRow);
  const byPosition = await sortedFile(blocks, paths.byPosition);
  const spare =
    segmentNumber(directory) > 0
      ? new SpareAnswers(directory, {
          runOf: ({ file }) => dirname(files[file] ?? ""),
          allOf: async (call) => searchAll(byPosition, (entry) => entry.call - call),
        })
      : undefined;
  return {
    lineOf: async (position, key) => {
      const call = callNumber(key);
      const row = await readRowKey(blocks, directory, position);
      const found =
        (await search(byRow, (entry) => compareByRow(entry, { call, row }))) ??
        (await search(byPosition, (entry) => compareByPosition(entry, { call, position }))) ??
        (await spare?.take(call, position));
      return found && lineAt(sorted, found, key);
    },
    close: async () => blocks.close(),
  };
}

interface Answers {
  readonly blocks: FileBlocks;
  readonly directory: string;
  readonly files: readonly string[];
}

async function lineAt(
  { blocks, directory, files }: Answers,
  { file, offset, length }: ReuseEntry,
  key: string,
): Promise<CallLine | StepLine | undefined> {
  try {
    const path = join(directory, "..", files[file] ?? "");
    // The index contains only places of lines of these two kinds.
    const line = JSON.parse(await blocks.readText(path, offset, length)) as CallLine | StepLine;
    return line.key === key ? line : undefined;
  } catch (error) {
    // The folder of an earlier run may have been deleted. Its answers are then asked for again.
    if (errorCode(error) === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface SortedFile {
  readonly blocks: FileBlocks;
  readonly path: string;
  readonly entries: number;
}

async function sortedFile(blocks: FileBlocks, path: string): Promise<SortedFile> {
  const size = Number((await statIfThere(path))?.size ?? 0n);
  return { blocks, path, entries: Math.floor(size / reuseEntryBytes) };
}

/** @param compare compares an entry with the wanted one */
async function search(
  file: SortedFile,
  compare: (entry: ReuseEntry) => number,
): Promise<ReuseEntry | undefined> {
  const entry = await entryAt(file, await firstIndex(file, compare));
  return entry && compare(entry) === 0 ? entry : undefined;
}

/** Returns all entries that are equal to the wanted one. */
async function searchAll(
  file: SortedFile,
  compare: (entry: ReuseEntry) => number,
): Promise<readonly ReuseEntry[]> {
  const found: ReuseEntry[] = [];
  for (let index = await firstIndex(file, compare); ; index += 1) {
    const entry = await entryAt(file, index);
    if (!entry || compare(entry) !== 0) return found;
    found.push(entry);
  }
}

/** Returns the index of the first entry that is not before the wanted one. */
async function firstIndex(
  file: SortedFile,
  compare: (entry: ReuseEntry) => number,
): Promise<number> {
  let from = 0;
  let to = file.entries;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const entry = await entryAt(file, middle);
    if (entry && compare(entry) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

async function entryAt(
  { blocks, path, entries }: SortedFile,
  index: number,
): Promise<ReuseEntry | undefined> {
  if (index >= entries) return undefined;
  return decodeReuseEntry(await blocks.readBytes(path, index * reuseEntryBytes, reuseEntryBytes));
}
