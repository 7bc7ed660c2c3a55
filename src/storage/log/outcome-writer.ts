import type { FileHandle } from "node:fs/promises";
import { access, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { errorText } from "../../domain/failure/error-text.js";
import type { LogLine } from "../../domain/record/log-line.js";
import { isThere } from "../files/is-there.js";
import type { LogEntry } from "./log-entry.js";
import { encodeEntry, entryOf } from "./log-entry.js";
import { encodeLine, logFileName, positionsFileName, writerName } from "./log-files.js";
import { runPaths } from "../run/run-folder.js";
import { syncFolder } from "../files/write-atomically.js";

/**
 * Appends to the outcome log of a group: one file for each process, so that there is one writer and no lock.
 *
 * All lines that come while a flush runs go to disk with the next one, with one write and one fdatasync. A flush that
 * fails (a full disk) is undone, and tried again every second with the same lines in the same order: an answer that was
 * paid for waits in memory until it is on disk. Positions follow once the log is synced; they may be lost, since readers
 * find what they miss in the log.
 *
 * Once the run is sealed nothing counts any more: each append that resolved was on disk before the seal was there.
 */
export interface OutcomeWriter {
  /** Name of the log file, within the run's state folder. */
  readonly fileName: string;
  /** Resolves once the line is on disk; rejects with a `SealedError` once the run is sealed. */
  append: (line: LogLine) => Promise<LogEntry>;
  /** What keeps lines from the disk at the moment, in the system's words. */
  failing: () => string | undefined;
  /** Waits for what was appended; where the disk refuses it once more, those appends reject. */
  close: () => Promise<void>;
}

/** The run has its final files: what comes now comes too late. */
export class SealedError extends Error {
  override readonly name = "SealedError";
}

export interface OutcomeWriterOptions {
  /** @default 1000 */
  readonly retryAfterMs?: number;
}

/** Throws where the files can't be made. */
export async function openOutcomeWriter(
  directory: string,
  slug: string,
  options: OutcomeWriterOptions = {},
): Promise<OutcomeWriter> {
  const fileName = logFileName(slug, writerName());
  const logPath = join(directory, fileName);
  const log = await open(logPath, "wx");
  try {
    const positions = await open(join(directory, positionsFileName(fileName)), "wx");
    await syncFolder(directory);
    const { sealed } = runPaths(directory);
    const flusher = new Flusher({ log, logPath, positions, sealed, ...options });
    return {
      fileName,
      append: async (line) => flusher.append(line),
      failing: () => flusher.failing,
      close: async () => flusher.close(),
    };
  } catch (error) {
    await log.close();
    await rm(logPath, { force: true });
    throw error;
  }
}

/** What goes to disk at once, however much waits: a write stays small. */
const mostLinesAFlush = 10_000;

interface Pending {
  readonly line: LogLine;
  readonly bytes: Buffer;
  readonly resolve: (entry: LogEntry) => void;
  readonly reject: (error: Error) => void;
}

interface FlusherFiles extends OutcomeWriterOptions {
  readonly log: FileHandle;
  readonly logPath: string;
  readonly positions: FileHandle;
  /** Path of the seal. */
  readonly sealed: string;
}

class Flusher {
  failing: string | undefined;
  readonly #files: FlusherFiles;
  readonly #queue: Pending[] = [];
  #running: Promise<void> | undefined;
  readonly #closing = new AbortController();
  #logSize = 0;
  #positionsSize = 0;
  #unwrittenPositions: Buffer[] = [];

  constructor(files: FlusherFiles) {
    this.#files = files;
  }

  async append(line: LogLine): Promise<LogEntry> {
    if (this.#closing.signal.aborted)
      throw new Error("Expected an open outcome log, got a closed one.");
    const bytes = encodeLine(line);
    return new Promise((resolve, reject) => {
      this.#queue.push({ line, bytes, resolve, reject });
      this.#running ??= this.#flushAll().finally(() => {
        this.#running = undefined;
      });
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await this.#files.log.close();
    await this.#files.positions.close();
  }

  /** Never rejects: each pending line gets its own answer. */
  async #flushAll(): Promise<void> {
    let batch: readonly Pending[] = [];
    for (;;) {
      if (batch.length === 0) batch = this.#queue.splice(0, mostLinesAFlush);
      if (batch.length === 0) return;
      const problem = await this.#tryFlush(batch);
      if (problem === undefined) {
        this.failing = undefined;
        batch = [];
      } else if (this.#closing.signal.aborted) {
        for (const { reject } of batch) reject(problem);
        batch = [];
      } else {
        this.failing = problem.message;
        await this.#wait();
      }
    }
  }

  /** Answers all of the batch and returns nothing, or answers none and returns why. */
  async #tryFlush(batch: readonly Pending[]): Promise<Error | undefined> {
    try {
      if (await isThere(this.#files.sealed)) {
        rejectSealed(batch);
        return undefined;
      }
      await this.#write(Buffer.concat(batch.map(({ bytes }) => bytes)));
      // In a folder that was moved or deleted nobody finds what was written.
      await access(this.#files.logPath);
    } catch (error) {
      // What is left of the write is cut off at once if that works; if not, the next write goes over it.
      await this.#files.log.truncate(this.#logSize).catch(() => undefined);
      return error instanceof Error ? error : new Error(errorText(error));
    }
    const entries = this.#place(batch);
    await this.#writePositions();
    if (await isThere(this.#files.sealed).catch(() => false)) {
      rejectSealed(batch);
    } else {
      batch.forEach(({ resolve }, index) => {
        const entry = entries[index];
        if (entry) resolve(entry);
      });
    }
    return undefined;
  }

  async #write(bytes: Buffer): Promise<void> {
    await writeFully(this.#files.log, bytes, this.#logSize);
    await this.#files.log.datasync();
  }

  #place(batch: readonly Pending[]): LogEntry[] {
    return batch.map(({ line, bytes }) => {
      const entry = entryOf(line, { offset: this.#logSize, length: bytes.length - 1 });
      this.#logSize += bytes.length;
      this.#unwrittenPositions.push(encodeEntry(entry));
      return entry;
    });
  }

  async #writePositions(): Promise<void> {
    const bytes = Buffer.concat(this.#unwrittenPositions);
    try {
      await writeFully(this.#files.positions, bytes, this.#positionsSize);
      this.#positionsSize += bytes.length;
      this.#unwrittenPositions = [];
    } catch {
      // They go with the next flush; until then readers look into the log itself.
      this.#unwrittenPositions = [bytes];
    }
  }

  async #wait(): Promise<void> {
    const { signal } = this.#closing;
    await sleep(this.#files.retryAfterMs ?? 1000, undefined, { signal }).catch(() => undefined);
  }
}

function rejectSealed(batch: readonly Pending[]): void {
  for (const { reject } of batch) {
    reject(new SealedError("The run has ended: nothing is recorded any more."));
  }
}

async function writeFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const left = bytes.length - written;
    const { bytesWritten } = await file.write(bytes, written, left, position + written);
    written += bytesWritten;
  }
}
