import type { FileHandle } from "node:fs/promises";
import { access, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { errorText } from "../../domain/failure/error-text.js";
import type { LogLine } from "../../domain/record/log-line.js";
import { FilePool } from "../files/file-pool.js";
import { isThere } from "../files/is-there.js";
import type { LogEntry } from "./log-entry.js";
import { encodeEntry, entryOf } from "./log-entry.js";
import { encodeLine, logFileName, positionsFileName, writerName } from "./log-files.js";
import { runPaths } from "../run/run-folder.js";
import { syncFolder } from "../files/write-atomically.js";

/**
 * Appends to the outcome log of a group. Each process has its own file, so there is one writer and
 * no lock.
 *
 * Lines that arrive during a flush go to disk with the next one, with one write and one fdatasync.
 * Flushes of a busy log start at least 20 ms apart, because each of them costs about 0.3 ms of
 * processor time, a third of a call. A line that arrives later than that goes to disk at once.
 * A failed flush (a full disk) is undone and retried every second with the same lines in the same
 * order. A paid answer waits in memory until it is on disk. Positions are written after the log is
 * synced. They may be lost, because readers find missing positions in the log.
 *
 * Once the run is sealed, no further line counts. Each append that has resolved was on disk before
 * the seal existed.
 *
 * The pool may close the files between two flushes, because a process may write thousands of logs.
 */
export interface OutcomeWriter {
  /** Name of the log file, within the run's state folder. */
  readonly fileName: string;
  /** Resolves once the line is on disk. Rejects with a `SealedError` once the run is sealed. */
  append: (line: LogLine) => Promise<LogEntry>;
  /** The system's current error on writing to disk. */
  failing: () => string | undefined;
  /** Closes the files once they are not in use. The next append opens them again. */
  rest: () => Promise<void>;
  /** Waits for the appended lines. If the disk rejects them again, the appends reject. */
  close: () => Promise<void>;
}

/** Thrown for a line that is too late, because the run already has its final files. */
export class SealedError extends Error {
  override readonly name = "SealedError";
}

export interface OutcomeWriterOptions {
  /** Interval between retries of a failed flush, in ms. @default 1000 */
  readonly retryAfterMs?: number;
  /** Pool of open files. @default the writer's own pool */
  readonly files?: FilePool;
}

/** Opens the log of a group. Throws if the files cannot be created. */
export async function openOutcomeWriter(
  directory: string,
  slug: string,
  options: OutcomeWriterOptions = {},
): Promise<OutcomeWriter> {
  const fileName = logFileName(slug, writerName());
  const log = join(directory, fileName);
  const positions = join(directory, positionsFileName(fileName));
  await makeNew(log);
  try {
    await makeNew(positions);
    await syncFolder(directory);
  } catch (error) {
    await rm(log, { force: true });
    throw error;
  }
  const { retryAfterMs = firstRetryMs, files = new FilePool(2) } = options;
  const { sealed } = runPaths(directory);
  const flusher = new Flusher({ log, positions, sealed, files, retryAfterMs });
  return {
    fileName,
    append: (line) => flusher.append(line),
    failing: () => flusher.failing,
    rest: async () => flusher.rest(),
    close: async () => flusher.close(),
  };
}

async function makeNew(path: string): Promise<void> {
  const file = await open(path, "wx");
  await file.close();
}

const firstRetryMs = 1_000;
/**
 * Maximum wait in ms between retries. A run whose folder was deleted is retried while its process
 * lives.
 */
const longestRetryMs = 10_000;
/**
 * Divisor for the wait between retries: the wait is the time since the first failure, divided by
 * this number.
 */
const retriesAsLong = 10;

/** Minimum time in ms from the start of a flush to the start of the next one. */
const flushIntervalMs = 20;

/** Maximum number of lines per flush, which keeps a write small. */
const mostLinesAFlush = 10_000;

interface Pending {
  readonly line: LogLine;
  readonly bytes: Buffer;
  readonly resolve: (entry: LogEntry) => void;
  readonly reject: (error: Error) => void;
}

interface FlusherOptions {
  /** Paths of the files. */
  readonly log: string;
  readonly positions: string;
  readonly sealed: string;
  readonly files: FilePool;
  readonly retryAfterMs: number;
}

class Flusher {
  failing: string | undefined;
  readonly #options: FlusherOptions;
  readonly #queue: Pending[] = [];
  #running: Promise<void> | undefined;
  readonly #closing = new AbortController();
  /** Start of the last flush, as by `performance.now()`. */
  #flushedAtMs = -Infinity;
  #logSize = 0;
  #positionsSize = 0;
  #unwrittenPositions: Buffer[] = [];

  constructor(options: FlusherOptions) {
    this.#options = options;
  }

  append(line: LogLine): Promise<LogEntry> {
    return new Promise((resolve, reject) => {
      if (this.#closing.signal.aborted)
        throw new Error("Expected an open outcome log, got a closed one.");
      const bytes = encodeLine(line);
      this.#queue.push({ line, bytes, resolve, reject });
      this.#running ??= this.#flushAll();
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await this.rest();
  }

  async rest(): Promise<void> {
    const { files, log, positions } = this.#options;
    await Promise.all([files.drop(log), files.drop(positions)]);
  }

  /** Flushes all pending lines. Never rejects: each line is settled separately. */
  async #flushAll(): Promise<void> {
    let batch: readonly Pending[] = [];
    let failingSinceMs: number | undefined;
    for (;;) {
      if (batch.length === 0 && this.#queue.length > 0) {
        await this.#untilNextFlush();
        batch = this.#queue.splice(0, mostLinesAFlush);
      }
      if (batch.length === 0) {
        // This happens at once. A line that arrives between the last look and a later callback
        // would wait forever.
        this.#running = undefined;
        return;
      }
      const problem = await this.#tryFlush(batch);
      if (problem === undefined) {
        this.failing = undefined;
        failingSinceMs = undefined;
        batch = [];
      } else if (this.#closing.signal.aborted) {
        for (const { reject } of batch) reject(problem);
        batch = [];
      } else {
        this.failing = problem.message;
        failingSinceMs ??= performance.now();
        await this.#wait(performance.now() - failingSinceMs);
      }
    }
  }

  /** Waits until the interval since the last flush is over, or until the log is closed. */
  async #untilNextFlush(): Promise<void> {
    const { signal } = this.#closing;
    const waitMs = this.#flushedAtMs + flushIntervalMs - performance.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    this.#flushedAtMs = performance.now();
  }

  /** Settles the whole batch and returns nothing, or settles nothing and returns the error. */
  async #tryFlush(batch: readonly Pending[]): Promise<Error | undefined> {
    const { sealed, log } = this.#options;
    try {
      if (await isThere(sealed)) {
        rejectSealed(batch);
        return undefined;
      }
      await this.#write(Buffer.concat(batch.map(({ bytes }) => bytes)));
      // If the folder was moved or deleted, nobody would find the written lines.
      await access(log);
    } catch (error) {
      await this.#undo();
      return error instanceof Error ? error : new Error(errorText(error));
    }
    const entries = this.#place(batch);
    await this.#writePositions();
    if (await isThere(sealed).catch(() => false)) {
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
    const { files, log } = this.#options;
    await files.use(log, "r+", async (file) => {
      await writeFully(file, bytes, this.#logSize);
      await file.datasync();
    });
  }

  /** Cuts off an incomplete write if possible. Otherwise the next write overwrites it. */
  async #undo(): Promise<void> {
    const { files, log } = this.#options;
    await files.use(log, "r+", async (file) => file.truncate(this.#logSize)).catch(() => undefined);
    // The folder may have moved. Only reopening finds the file that is now at the path.
    await this.rest();
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
    const { files, positions } = this.#options;
    const bytes = Buffer.concat(this.#unwrittenPositions);
    try {
      await files.use(positions, "r+", async (file) =>
        writeFully(file, bytes, this.#positionsSize),
      );
      this.#positionsSize += bytes.length;
      this.#unwrittenPositions = [];
    } catch {
      // The positions are written with the next flush. Until then readers use the log itself.
      this.#unwrittenPositions = [bytes];
    }
  }

  async #wait(failingForMs: number): Promise<void> {
    const { signal } = this.#closing;
    const { retryAfterMs } = this.#options;
    const waitMs = Math.min(Math.max(retryAfterMs, failingForMs / retriesAsLong), longestRetryMs);
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
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
