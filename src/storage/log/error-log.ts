import { defined } from "../../domain/defined.js";
import { open } from "node:fs/promises";
import { join } from "node:path";

import { computed } from "../../domain/computed.js";
import { cutWords } from "../../domain/failure/api-words.js";
import type { LogLine } from "../../domain/record/log-line.js";
import type { Failure } from "../../domain/record/outcome.js";
import type { EntryKind, LogEntry } from "./log-entry.js";
import type { LinePlace } from "./open/open-chats.js";

/** The failures of one kind. Times are in ms since the epoch. */
export interface FailureGroup {
  readonly type: string;
  /** HTTP status, if any. */
  readonly status?: number;
  /** Number of failed calls, including retried calls. */
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Message of the API in the newest failure, shortened. */
  readonly message: string;
  /** Record of the newest failure. */
  readonly sample: { readonly group: string; readonly position: number };
}

const failures: readonly EntryKind[] = [
  "failed-attempt",
  "held",
  "refused",
  "failed-call",
  "failed",
];

/**
 * Groups the failures of a run's log by kind. Reads only the lines of failures, not those of
 * answers.
 */
export class ErrorLog {
  readonly #directory: string;
  readonly #groups = new Map<string, FailureGroup>();
  readonly #newPlaces: (LinePlace & { readonly group: string })[] = [];

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Notes a line of a group's log; only failures count. */
  note(group: string, file: string, { kind, offset, length }: LogEntry): void {
    if (failures.includes(kind)) this.#newPlaces.push({ group, file, offset, length });
  }

  /** Reads at most `most` of the noted lines. */
  async read(most: number): Promise<void> {
    const places = this.#newPlaces.splice(0, most);
    const byFile = new Map<string, typeof places>();
    for (const place of places) computed(byFile, place.file, () => []).push(place);
    for (const [file, ofFile] of byFile) await this.#readFile(file, ofFile);
  }

  /** Returns the groups, the newest kind first. */
  groups(): readonly FailureGroup[] {
    return [...this.#groups.values()].sort((one, other) => other.lastAtMs - one.lastAtMs);
  }

  async #readFile(
    file: string,
    places: readonly (LinePlace & { readonly group: string })[],
  ): Promise<void> {
    const handle = await open(join(this.#directory, file), "r");
    try {
      for (const { group, offset, length } of places) {
        const buffer = Buffer.allocUnsafe(length);
        const { bytesRead } = await handle.read(buffer, 0, length, offset);
        // The places of the log contain lines of the log.
        const line = JSON.parse(buffer.toString("utf8", 0, bytesRead)) as LogLine;
        const error = errorOf(line);
        if (error) this.#count(error, line, group);
      }
    } finally {
      await handle.close();
    }
  }

  #count(
    { type, status, message }: Failure,
    { position, finishedAt }: LogLine,
    group: string,
  ): void {
    const kind = `${type} ${status ?? ""}`;
    const known = this.#groups.get(kind);
    const isNewest = known === undefined || finishedAt >= known.lastAtMs;
    this.#groups.set(kind, {
      type,
      ...defined({ status }),
      count: (known?.count ?? 0) + 1,
      firstAtMs: Math.min(known?.firstAtMs ?? Infinity, finishedAt),
      lastAtMs: Math.max(known?.lastAtMs ?? 0, finishedAt),
      message: isNewest ? cutWords(message) : known.message,
      sample: isNewest ? { group, position } : known.sample,
    });
  }
}

function errorOf(line: LogLine): Failure | undefined {
  if (line.kind === "outcome") {
    return line.outcome.status === "failed" ? line.outcome.error : undefined;
  }
  return "error" in line ? line.error : undefined;
}
