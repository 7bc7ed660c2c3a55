import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { join } from "node:path";

import type { LogLine } from "../../domain/record/log-line.js";
import { errorCode } from "../../domain/failure/error-code.js";
import type { LogEntry } from "./log-entry.js";
import { decodeEntry, entryBytes, entryOf } from "./log-entry.js";
import { positionsFileName } from "./log-files.js";

/**
 * Follows one log file of a group. Yields each of its lines once, from the positions if they
 * include it, otherwise from the log. An incomplete last line or entry is read later. If its writer
 * died, it stays unread.
 *
 * Positions may be written after their lines were read from the log. Such positions are recognized
 * by their offsets, and skipped.
 */
export interface LogTail {
  readonly fileName: string;
  /** Yields the new lines. Opens the files each time, because mounts cache open files. */
  read: (onEntry: (entry: LogEntry) => void) => Promise<void>;
}

const chunkEntries = 16_384;
const chunkBytes = 1 << 18;
const lineFeed = 0x0a;

interface TailState {
  /** Offset in the log. All lines before it were read. */
  offset: number;
  positionsRead: number;
}

export function followLog(directory: string, fileName: string): LogTail {
  const state: TailState = { offset: 0, positionsRead: 0 };
  return {
    fileName,
    read: async (onEntry) => {
      await withFile(join(directory, fileName), async (log) => {
        await withFile(join(directory, positionsFileName(fileName)), async (positions) =>
          readPositions({ log, positions, state, onEntry }),
        );
        await readLines({ log, state, onEntry });
      });
    },
  };
}

interface Reading {
  readonly log: FileHandle;
  readonly state: TailState;
  readonly onEntry: (entry: LogEntry) => void;
}

async function withFile(path: string, use: (file: FileHandle) => Promise<void>): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    throw error;
  }
  try {
    await use(file);
  } finally {
    await file.close();
  }
}

/**
 * Returns the bytes from an offset on, at most so many. The buffer has their size: a look at a log
 * usually finds little, and memory outside V8's heap is freed late.
 */
async function readFrom(file: FileHandle, offset: number, most: number): Promise<Buffer> {
  const { size } = await file.stat();
  const length = Math.max(0, Math.min(most, size - offset));
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

async function readPositions(reading: Reading & { readonly positions: FileHandle }): Promise<void> {
  const { positions, state } = reading;
  for (;;) {
    const from = state.positionsRead * entryBytes;
    const bytes = await readFrom(positions, from, chunkEntries * entryBytes);
    const whole = Math.floor(bytes.length / entryBytes);
    for (let index = 0; index < whole; index += 1) {
      const entry = decodeEntry(bytes, index * entryBytes);
      if (!entry) return;
      await takeEntry(reading, entry);
      state.positionsRead += 1;
    }
    if (whole < chunkEntries) return;
  }
}

function takeEntry(reading: Reading, entry: LogEntry): Promise<void> | undefined {
  const { state, onEntry } = reading;
  if (entry.offset < state.offset) return undefined;
  if (entry.offset > state.offset) {
    return readLines({ ...reading, until: entry.offset }).then(() => takeEntry(reading, entry));
  }
  state.offset = entry.offset + entry.length + 1;
  onEntry(entry);
  return undefined;
}

/** @param reading.until offset at which to stop reading */
async function readLines(reading: Reading & { readonly until?: number }): Promise<void> {
  const { log, state, onEntry, until = Number.POSITIVE_INFINITY } = reading;
  let size = chunkBytes;
  while (state.offset < until) {
    const base = state.offset;
    const bytes = await readFrom(log, base, size);
    let from = 0;
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, from)) {
      if (base + from >= until) break;
      const line = parseLine(bytes.toString("utf8", from, end));
      state.offset = base + end + 1;
      if (line) onEntry(entryOf(line, { offset: base + from, length: end - from }));
      from = end + 1;
    }
    if (state.offset > base) continue;
    if (bytes.length < size) return;
    size *= 2;
  }
}

function parseLine(text: string): LogLine | undefined {
  try {
    // Only the outcome log is read here, and only Ostinato writes its lines.
    return JSON.parse(text) as LogLine;
  } catch {
    return undefined;
  }
}
