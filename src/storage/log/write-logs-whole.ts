import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import type { LogLine } from "../../domain/record/log-line.js";
import { syncFolder, writeAtomically } from "../files/write-atomically.js";
import { encodeEntry, entryOf } from "./log-entry.js";
import { encodeLine, logFileName, positionsFileName } from "./log-files.js";

/** A line and the slug of its group. */
export interface LineOfGroup {
  readonly slug: string;
  readonly line: LogLine;
}

export interface LogsPlace {
  readonly directory: string;
  readonly slugs: readonly string[];
  /** Fixed name of the writer, so that a repeated step replaces its files. */
  readonly writer: string;
}

/** Maximum bytes in memory, for all groups together. */
const mostWaiting = 8 << 20;

/**
 * Writes the whole logs of several groups, from lines in any order, in one pass. No file stays open
 * between two writes, for any number of groups. Replaces earlier logs.
 */
export async function writeLogsWhole(
  { directory, slugs, writer }: LogsPlace,
  lines: AsyncIterable<LineOfGroup>,
): Promise<void> {
  const logs = new Map(slugs.map((slug) => [slug, new WaitingLog(directory, slug, writer)]));
  try {
    let waiting = 0;
    for await (const { slug, line } of lines) {
      waiting += logs.get(slug)?.add(line) ?? 0;
      if (waiting < mostWaiting) continue;
      for (const log of logs.values()) await log.flush();
      waiting = 0;
    }
    for (const log of logs.values()) await log.publish();
    await syncFolder(directory);
  } finally {
    for (const log of logs.values()) await log.removeTemporary();
  }
}

/** A log under a temporary name. If the process dies, the finish removes the file. */
class WaitingLog {
  readonly #path: string;
  readonly #temporary: string;
  readonly #entries: Buffer[] = [];
  #waiting: Buffer[] = [];
  #size = 0;

  constructor(directory: string, slug: string, writer: string) {
    this.#path = join(directory, logFileName(slug, writer));
    const unique = `${process.pid}-${randomBytes(4).toString("hex")}`;
    this.#temporary = `${this.#path}.${unique}.tmp`;
  }

  /** Adds a line and returns the number of its bytes. */
  add(line: LogLine): number {
    const bytes = encodeLine(line);
    this.#entries.push(
      encodeEntry(entryOf(line, { offset: this.#size, length: bytes.length - 1 })),
    );
    this.#waiting.push(bytes);
    this.#size += bytes.length;
    return bytes.length;
  }

  async flush(sync = false): Promise<void> {
    if (this.#waiting.length === 0 && !sync) return;
    const file = await open(this.#temporary, "a");
    try {
      await file.appendFile(Buffer.concat(this.#waiting));
      if (sync) await file.sync();
    } finally {
      await file.close();
    }
    this.#waiting = [];
  }

  async publish(): Promise<void> {
    await this.flush(true);
    await rename(this.#temporary, this.#path);
    await writeAtomically(positionsFileName(this.#path), Buffer.concat(this.#entries));
  }

  async removeTemporary(): Promise<void> {
    await rm(this.#temporary, { force: true });
  }
}
