import type { FileHandle } from "node:fs/promises";

import type { Counts } from "../../domain/experiment/experiment.js";
import { callNumber } from "../../domain/journal/call-key.js";
import type { CallKey } from "../../domain/journal/call-key.js";
import type { CallLine, LogLine, StepLine } from "../../domain/record/log-line.js";
import type { Answer } from "../../domain/record/outcome.js";
import type { IndexEntry } from "../index/group-index.js";
import { openGroupIndex } from "../index/group-index.js";
import type { OutcomeLine, RecordStatus, RefusedLine } from "./outcome-reader.js";
import { OutcomeReader } from "./outcome-reader.js";
import type { OutcomeWriter } from "./outcome-writer.js";
import { OutcomeWriters } from "./outcome-writers.js";
import { FilePool } from "../files/file-pool.js";
import { ReadAhead } from "../files/read-ahead.js";
import { readManifest } from "../run/run-folder.js";

export type { IndexEntry } from "../index/group-index.js";
export type { OutcomeLine, RecordStatus, RefusedLine } from "./outcome-reader.js";
export { SealedError } from "./outcome-writer.js";

/** A group's records and outcomes, as one process knows them. */
export interface GroupStore {
  readonly records: number;
  /** Reads at most `count` index entries from `start` on. */
  readonly readIndex: (start: number, count: number) => Promise<IndexEntry[]>;
  /** Reads the record's line of the input, unparsed. */
  readonly readLine: (entry: IndexEntry) => Promise<string>;
  /**
   * Reads the new log lines of other processes. Concurrent calls share one reading that begins
   * after all of them.
   */
  readonly refresh: () => Promise<void>;
  /**
   * Status after the last `refresh` and this process's own appends; `undefined` if the record has
   * no outcome.
   */
  readonly statusOf: (position: number) => RecordStatus | undefined;
  /** Number of failed attempts of a record, or of one call of a record without an outcome. */
  readonly attemptsOf: (position: number, key?: CallKey) => number;
  /**
   * Number of calls of a record without an outcome that met a 429. They do not count as attempts.
   */
  readonly heldCalls: (position: number) => number;
  /** Returns the answers to the first turns of a chat without an outcome. */
  readonly answersOf: (position: number) => Promise<readonly Answer[]>;
  /** Returns the answer to one of these turns, starting at 0. */
  readonly answerOf: (position: number, turn: number) => Promise<Answer | undefined>;
  /**
   * Number of calls that have ended for a record without an outcome: turns of a chat, or calls of a
   * row.
   */
  readonly endedCalls: (position: number) => number;
  /** True if this call of a record without an outcome has ended. */
  readonly hasEnded: (position: number, key: CallKey) => boolean;
  /** Returns an ended call or a recorded value of a row without an outcome. */
  readonly journalLineOf: (
    position: number,
    key: string,
  ) => Promise<CallLine | StepLine | undefined>;
  /**
   * Number of processes in which a call has started and not ended. The call may have killed them,
   * or they died during it.
   */
  readonly openStartsOf: (position: number, key: CallKey) => number;
  readonly counts: () => Counts;
  /**
   * Number of rows that reached a leaf, after the last `refresh` and this process's own appends.
   */
  readonly accepted: () => number;
  /** True for a row that reached a leaf. */
  readonly isAccepted: (position: number) => boolean;
  /** Number of calls that were paid for twice. */
  readonly repeatedCalls: () => number;
  /** Returns the latest refusal of each `<api>/<model>`. */
  readonly refusals: () => Promise<readonly RefusedLine[]>;
  readonly readOutcome: (position: number) => Promise<OutcomeLine | undefined>;
  /**
   * Creates this process's log file, so that problems show before a call is paid for. Safe to
   * repeat.
   */
  readonly openLog: () => Promise<void>;
  /** Resolves once the line is on disk. Rejects with a `SealedError` once the run is sealed. */
  readonly append: (line: LogLine) => Promise<void>;
  /** The system's current error on writing to disk. */
  readonly failing: () => string | undefined;
  /** Closes the store's files. Appended lines that wait for the disk are still written. */
  readonly close: () => Promise<void>;
}

/** The files that the groups of a process share. */
export interface SharedFiles {
  readonly files: FilePool;
  readonly writers: OutcomeWriters;
}

/**
 * Maximum number of open files of a process for its groups. A machine may allow only 256 in total.
 */
const mostOpen = 128;

export function shareFiles(most = mostOpen): SharedFiles {
  const files = new FilePool(most);
  return { files, writers: new OutcomeWriters(files) };
}

/**
 * Opens a group of a prepared run. Reads nothing of the log before the first `refresh`.
 *
 * @param shared files that all groups of the process share. @default the store's own files
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
  const lines = new ReadAhead((offset, length) =>
    files.use(inputPath, "r", (input) => readBytes(input, offset, length)),
  );
  const log = lazyLog(reader, async () => shared.writers.open(directory, slug));
  return {
    records: index.records,
    readIndex: index.read,
    readLine: ({ offset, length }) => lines.text(offset, length),
    refresh: reader.refresh,
    statusOf: (position) => table.statusOf(position),
    attemptsOf: (position, key) =>
      table.attemptsOf(position, key === undefined ? undefined : callNumber(key)),
    heldCalls: (position) => table.heldCalls(position),
    answersOf: async (position) => (await reader.turnsOf(position)).map(({ answer }) => answer),
    answerOf: async (position, turn) => (await reader.turnOf(position, turn))?.answer,
    endedCalls: (position) => table.endedCallsOf(position),
    hasEnded: (position, key) =>
      typeof key === "string"
        ? table.journalPlaceOf(position, callNumber(key)) !== undefined
        : table.turnsOf(position).length > key,
    journalLineOf: async (position, key) => reader.journalLineOf(position, callNumber(key)),
    openStartsOf: (position, key) => table.openStartsOf(position, callNumber(key)),
    counts: () => table.counts(),
    accepted: () => table.accepted(),
    isAccepted: (position) => table.isAccepted(position),
    repeatedCalls: () => table.repeatedCalls(),
    refusals: async () => reader.refusals(),
    readOutcome: async (position) => reader.readOutcome(position),
    openLog: async () => {
      await log.open();
    },
    append: async (line) => {
      const writer = log.opened() ?? (await log.open());
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
  /** Returns the writer, if it is already open. */
  readonly opened: () => OutcomeWriter | undefined;
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
      // The log's earlier lines were not noted here, and nothing is appended before this returns.
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
    opened: () => opened,
    open: async () => (opening ??= openOnce()),
    failing: () => opened?.failing(),
    rest: async () => {
      await opening?.catch(() => undefined);
      await opened?.rest();
    },
  };
}

async function readBytes(input: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await input.read(Buffer.allocUnsafe(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}
