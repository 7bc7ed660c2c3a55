import { join } from "node:path";

import { callNumber } from "../../domain/journal/call-key.js";
import type { CallLine } from "../../domain/record/log-line.js";
import type { Answer } from "../../domain/record/outcome.js";
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
import { readRowKey } from "./row-keys.js";

export interface ReusePaths {
  /** The log files that have the answers, relative to the experiment's folder. */
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

/** The answers of earlier runs, which are looked up on disk. */
export interface ReuseIndex {
  /**
   * The answer that an earlier run has for a call of a row: that of an equal row, or else that of the
   * row at the same position.
   */
  readonly answerOf: (position: number, key: string) => Promise<Answer | undefined>;
  readonly close: () => Promise<void>;
}

/** @returns `undefined` if the run reuses nothing */
export async function openReuseIndex(directory: string): Promise<ReuseIndex | undefined> {
  const paths = reusePaths(directory);
  // Only the preparation writes it.
  const files = (await readJson(paths.files)) as readonly string[] | undefined;
  if (!files || files.length === 0) return undefined;
  const blocks = openFileBlocks();
  const sorted = { blocks, directory, files };
  const byRow = await sortedFile(blocks, paths.byRow);
  const byPosition = await sortedFile(blocks, paths.byPosition);
  return {
    answerOf: async (position, key) => {
      const call = callNumber(key);
      const row = await readRowKey(blocks, directory, position);
      const found =
        (await search(byRow, (entry) => compareByRow(entry, { call, row }))) ??
        (await search(byPosition, (entry) => compareByPosition(entry, { call, position })));
      return found && answerAt(sorted, found, key);
    },
    close: async () => blocks.close(),
  };
}

interface Answers {
  readonly blocks: FileBlocks;
  readonly directory: string;
  readonly files: readonly string[];
}

async function answerAt(
  { blocks, directory, files }: Answers,
  { file, offset, length }: ReuseEntry,
  key: string,
): Promise<Answer | undefined> {
  try {
    const path = join(directory, "..", files[file] ?? "");
    // The index has only places of calls.
    const line = JSON.parse(await blocks.readText(path, offset, length)) as CallLine;
    return line.key === key ? line.answer : undefined;
  } catch (error) {
    // The folder of an earlier run may be deleted: its answers are then asked for again.
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

/** @param compare an entry with the one that is sought */
async function search(
  { blocks, path, entries }: SortedFile,
  compare: (entry: ReuseEntry) => number,
): Promise<ReuseEntry | undefined> {
  let from = 0;
  let to = entries;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const at = middle * reuseEntryBytes;
    const entry = decodeReuseEntry(await blocks.readBytes(path, at, reuseEntryBytes));
    const order = compare(entry);
    if (order === 0) return entry;
    if (order < 0) from = middle + 1;
    else to = middle;
  }
  return undefined;
}
