import type { FileHandle } from "node:fs/promises";

import type { Counts } from "../../domain/experiment/experiment.js";
import type { LogLine } from "../../domain/record/log-line.js";
import type { Answer } from "../../domain/record/outcome.js";
import type { IndexEntry } from "../index/group-index.js";
import { openGroupIndex } from "../index/group-index.js";
import type { OutcomeLine, RecordStatus, RefusedLine } from "./outcome-reader.js";
import { OutcomeReader } from "./outcome-reader.js";
import type { OutcomeWriter } from "./outcome-writer.js";
import { OutcomeWriters } from "./outcome-writers.js";
import { FilePool } from "../files/file-pool.js";
import { readManifest } from "../run/run-folder.js";

export type { IndexEntry } from "../index/group-index.js";
export type { OutcomeLine, RecordStatus, RefusedLine } from "./outcome-reader.js";
export { SealedError } from "./outcome-writer.js";

/** A group's records and outcomes, as one process sees them. */
export interface GroupStore {
  readonly records: number;
  /** The index entries from `start` on, at most `count`. */
  readonly readIndex: (start: number, count: number) => Promise<IndexEntry[]>;
  /** The record's line, as it stands in the input. Who sends it parses it. */
  readonly readLine: (entry: IndexEntry) => Promise<string>;
  /** Reads what other processes have logged since the last time. Calls at the same time share one reading that began after each of them. */
  readonly refresh: () => Promise<void>;
  /** As of the last `refresh` and this process's own appends; `undefined` where the record has no outcome. */
  readonly statusOf: (position: number) => RecordStatus | undefined;
  /** Failed attempts of a record, or of one turn of a chat that has no outcome yet. */
  readonly attemptsOf: (position: number, turn?: number) => number;
  /** Calls of a record without an outcome that were refused with 429, and are no attempts. */
  readonly heldCalls: (position: number) => number;
  /** The answers to the first turns of a chat that has no outcome yet. */
  readonly answersOf: (position: number) => Promise<readonly Answer[]>;
  /** One of these: that to a turn, from 0. */
  readonly answerOf: (position: number, turn: number) => Promise<Answer | undefined>;
  /** How many of these there are. */
  readonly answeredCalls: (position: number) => number;
  /** In how many processes a call has started and not ended: those died of it, or at that time. */
  readonly openStartsOf: (position: number, turn: number) => number;
  readonly counts: () => Counts;
  /** Calls that were paid twice. */
  readonly repeatedCalls: () => number;
  /** The latest refusal of each `<api>/<model>`. */
  readonly refusals: () => Promise<readonly RefusedLine[]>;
  readonly readOutcome: (position: number) => Promise<OutcomeLine | undefined>;
  /** Makes this process's log file, so that what stands in its way shows before a call is paid. Safe to repeat. */
  readonly openLog: () => Promise<void>;
  /** Resolves once the line is on disk and noted; rejects with a `SealedError` once the run is sealed. */
  readonly append: (line: LogLine) => Promise<void>;
  /** What keeps lines from the disk at the moment, in the system's words. */
  readonly failing: () => string | undefined;
  /** Closes its files. What was appended and waits for the disk is written nevertheless. */
  readonly close: () => Promise<void>;
}

/** What the groups of a process share. */
export interface SharedFiles {
  readonly files: FilePool;
  readonly writers: OutcomeWriters;
}

/** Descriptors of a process for its groups, however many there are. A machine may allow no more than 256 in all. */
const mostOpen = 128;

export function shareFiles(most = mostOpen): SharedFiles {
  const files = new FilePool(most);
  return { files, writers: new OutcomeWriters(files) };
}

/**
 * Opens a group of a prepared run. Nothing of the log is read before the first `refresh`.
 *
 * @param shared with the other groups of the process; @default the store is a process of its own
 */
export async function openGroupStore(
  directory: string,
  slug: string,
  shared = shareFiles(),
): Promise<GroupStore> {
  const { files } = shared;
  const { inputPath } = await readManifest(directory);
  const index = await openGroupIndex(directory, slug, files);
  await files.use(inputPath, "r", async () => undefined);
  const reader = new OutcomeReader(directory, slug, index.records);
  const { table } = reader;
  const log = lazyLog(reader, async () => shared.writers.open(directory, slug));
  return {
    records: index.records,
    readIndex: index.read,
    readLine: async (entry) => files.use(inputPath, "r", async (input) => readLine(input, entry)),
    refresh: reader.refresh,
    statusOf: (position) => table.statusOf(position),
    attemptsOf: (position, turn) => table.attemptsOf(position, turn),
    heldCalls: (position) => table.heldCalls(position),
    answersOf: async (position) => (await reader.turnsOf(position)).map(({ answer }) => answer),
    answerOf: async (position, turn) => (await reader.turnOf(position, turn))?.answer,
    answeredCalls: (position) => table.turnsOf(position).length,
    openStartsOf: (position, turn) => table.openStartsOf(position, turn),
    counts: () => table.counts(),
    repeatedCalls: () => table.repeatedCalls(),
    refusals: async () => reader.refusals(),
    readOutcome: async (position) => reader.readOutcome(position),
    openLog: async () => {
      await log.open();
    },
    append: async (line) => {
      const writer = await log.open();
      reader.note(writer.fileName, await writer.append(line));
    },
    failing: () => log.failing(),
    close: async () => {
      await log.rest();
      await Promise.all([files.drop(index.path), files.drop(inputPath)]);
    },
  };
}

interface LazyLog {
  readonly open: () => Promise<OutcomeWriter>;
  readonly failing: () => string | undefined;
  readonly rest: () => Promise<void>;
}

function lazyLog(
  reader: OutcomeReader,
  openWriter: () => ReturnType<OutcomeWriters["open"]>,
): LazyLog {
  let opening: Promise<OutcomeWriter> | undefined;
  let opened: OutcomeWriter | undefined;
  const openOnce = async (): Promise<OutcomeWriter> => {
    try {
      const { writer, isKnown } = await openWriter();
      // Its earlier lines were not noted here, and nothing is appended before this returns.
      if (isKnown) await reader.refresh();
      reader.noteOwn(writer.fileName);
      opened = writer;
      return opened;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };
  return {
    open: async () => (opening ??= openOnce()),
    failing: () => opened?.failing(),
    rest: async () => {
      await opening?.catch(() => undefined);
      await opened?.rest();
    },
  };
}

async function readLine(input: FileHandle, { offset, length }: IndexEntry): Promise<string> {
  const { buffer, bytesRead } = await input.read(Buffer.allocUnsafe(length), 0, length, offset);
  return buffer.toString("utf8", 0, bytesRead);
}
