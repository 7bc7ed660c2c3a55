import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";

import type { Counts } from "../../domain/experiment/experiment.js";
import type { LogLine } from "../../domain/record/log-line.js";
import type { Answer } from "../../domain/record/outcome.js";
import type { IndexEntry } from "../index/group-index.js";
import { openGroupIndex } from "../index/group-index.js";
import type { OutcomeLine, RecordStatus, RefusedLine } from "./outcome-reader.js";
import { OutcomeReader } from "./outcome-reader.js";
import type { OutcomeWriter } from "./outcome-writer.js";
import { openOutcomeWriter } from "./outcome-writer.js";
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
  readonly close: () => Promise<void>;
}

/** Opens a group of a prepared run. Nothing of the log is read before the first `refresh`. */
export async function openGroupStore(directory: string, slug: string): Promise<GroupStore> {
  const { inputPath } = await readManifest(directory);
  const index = await openGroupIndex(directory, slug);
  const input = await open(inputPath, "r").catch(async (error: unknown) => {
    await index.close();
    throw error;
  });
  const reader = new OutcomeReader(directory, slug, index.records);
  const log = lazyLog(directory, slug, reader);
  return {
    records: index.records,
    readIndex: index.read,
    readLine: async (entry) => readLine(input, entry),
    refresh: reader.refresh,
    statusOf: (position) => reader.statusOf(position),
    attemptsOf: (position, turn) => reader.attemptsOf(position, turn),
    heldCalls: (position) => reader.heldCalls(position),
    answersOf: async (position) => (await reader.turnsOf(position)).map(({ answer }) => answer),
    answerOf: async (position, turn) => (await reader.turnOf(position, turn))?.answer,
    answeredCalls: (position) => reader.answeredCalls(position),
    openStartsOf: (position, turn) => reader.openStartsOf(position, turn),
    counts: () => reader.counts(),
    repeatedCalls: () => reader.repeatedCalls(),
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
      await log.close();
      await index.close();
      await input.close();
    },
  };
}

interface LazyLog {
  readonly open: () => Promise<OutcomeWriter>;
  readonly failing: () => string | undefined;
  readonly close: () => Promise<void>;
}

function lazyLog(directory: string, slug: string, reader: OutcomeReader): LazyLog {
  let opening: Promise<OutcomeWriter> | undefined;
  let opened: OutcomeWriter | undefined;
  const openOnce = async (): Promise<OutcomeWriter> => {
    try {
      opened = await openOutcomeWriter(directory, slug);
      reader.noteOwn(opened.fileName);
      return opened;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };
  return {
    open: async () => (opening ??= openOnce()),
    failing: () => opened?.failing(),
    close: async () => {
      await opening;
      await opened?.close();
    },
  };
}

async function readLine(input: FileHandle, { offset, length }: IndexEntry): Promise<string> {
  const { buffer, bytesRead } = await input.read(Buffer.allocUnsafe(length), 0, length, offset);
  return buffer.toString("utf8", 0, bytesRead);
}
