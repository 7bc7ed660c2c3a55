import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { jsonLine } from "../../domain/json/json-text.js";
import type { LogLine } from "../../domain/record/log-line.js";
import type { LogEntry } from "./log-entry.js";
import { encodeEntry, entryOf } from "./log-entry.js";
import { writeAtomically } from "../files/write-atomically.js";

/**
 * Returns `<group>.<writer>.jsonl`. There is also a file with the suffix `.positions`. A writer's
 * name contains no dot, but a group's name may.
 */
export function logFileName(slug: string, writer: string): string {
  return `${slug}.${writer.replaceAll(".", "_")}.jsonl`;
}

export function positionsFileName(logFile: string): string {
  return logFile.replace(/\.jsonl$/, ".positions");
}

/** Returns a unique name for a writer: `<host>-<pid>-<start>`. */
export function writerName(): string {
  const start = `${Date.now().toString(36)}${randomBytes(2).toString("hex")}`;
  return `${encodeURIComponent(hostname())}-${process.pid}-${start}`;
}

/** Returns the names of a group's log files. */
export async function listLogFiles(directory: string, slug: string): Promise<string[]> {
  const prefix = `${slug}.`;
  const names = await readdir(directory);
  return names
    .filter((name) => name.startsWith(prefix) && /^[^.]+\.jsonl$/.test(name.slice(prefix.length)))
    .sort();
}

export function encodeLine(line: LogLine): Buffer {
  return Buffer.from(`${jsonLine(line)}\n`);
}

/**
 * Writes a whole log at once: unsent lines, reused outcomes, cancelled records. Replaces an earlier
 * log.
 *
 * @param writer a fixed name, so that a repeated step replaces its file
 */
export async function writeLogWhole(
  place: { readonly directory: string; readonly slug: string; readonly writer: string },
  lines: AsyncIterable<LogLine> | Iterable<LogLine>,
): Promise<void> {
  const name = logFileName(place.slug, place.writer);
  const positions: Buffer[] = [];
  await writeAtomically(
    join(place.directory, name),
    encodeAll(lines, (entry) => positions.push(encodeEntry(entry))),
  );
  await writeAtomically(join(place.directory, positionsFileName(name)), Buffer.concat(positions));
}

const batchBytes = 1 << 18;

async function* encodeAll(
  lines: AsyncIterable<LogLine> | Iterable<LogLine>,
  onEntry: (entry: LogEntry) => void,
): AsyncGenerator<Buffer, void, undefined> {
  let batch: Buffer[] = [];
  let size = 0;
  let offset = 0;
  for await (const line of lines) {
    const bytes = encodeLine(line);
    onEntry(entryOf(line, { offset, length: bytes.length - 1 }));
    batch.push(bytes);
    offset += bytes.length;
    size += bytes.length;
    if (size < batchBytes) continue;
    yield Buffer.concat(batch);
    batch = [];
    size = 0;
  }
  yield Buffer.concat(batch);
}
