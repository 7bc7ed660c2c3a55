import { join } from "node:path";

import { computed } from "../../domain/computed.js";
import type { LogLine } from "../../domain/record/log-line.js";
import type { FileBlocks } from "../files/file-blocks.js";
import { openFileBlocks } from "../files/file-blocks.js";
import { inInputOrder } from "../index/input-order.js";
import type { EntryKind, LogEntry } from "./log-entry.js";
import { listLogFiles } from "./log-files.js";
import { followLog } from "./log-tail.js";
import type { LinePlace } from "./open/open-chats.js";
import type { RunOutcomes } from "./run-outcomes.js";

/**
 * Kinds of lines about a call or its end. Lines about recorded values and started calls are left
 * out.
 */
const wanted: ReadonlySet<EntryKind> = new Set([
  "failed-attempt",
  "held",
  "turn",
  "call",
  "failed-call",
]);

/**
 * Yields the log lines about the calls of each record with an outcome, in the order of the input; a
 * record's outcome comes last. Keeps only the places of calls in memory.
 */
export async function* recordLogs(
  run: RunOutcomes,
): AsyncGenerator<readonly LogLine[], void, undefined> {
  const { directory, readers } = run;
  const blocks = openFileBlocks();
  try {
    const calls = await readCallLines(run, blocks);
    for await (const { slug, entry } of inInputOrder(directory, [...readers.keys()])) {
      const lines = await calls.linesOf(slug, entry.position);
      if (lines) yield lines;
    }
  } finally {
    await blocks.close();
  }
}

/** The log lines about calls, by record. */
export interface CallLines {
  /** Adds a line of the log. Note each line only once. */
  readonly note: (slug: string, file: string, entry: LogEntry) => void;
  /** Returns the places of a record's lines, its outcome last; `undefined` if it has no outcome. */
  readonly placesOf: (slug: string, position: number) => readonly LinePlace[] | undefined;
  /** Returns the lines of a record, then its outcome; `undefined` if it has no outcome. */
  readonly linesOf: (slug: string, position: number) => Promise<readonly LogLine[] | undefined>;
}

/** Returns the log lines that exist now. */
async function readCallLines(run: RunOutcomes, blocks: FileBlocks): Promise<CallLines> {
  const { directory, readers } = run;
  const calls = createCallLines(run, blocks);
  for (const slug of readers.keys()) {
    for (const file of await listLogFiles(directory, slug)) {
      await followLog(directory, file).read((entry) => calls.note(slug, file, entry));
    }
  }
  return calls;
}

/** Collects lines. Keeps only their places in memory. */
export function createCallLines(
  { directory, readers }: RunOutcomes,
  blocks: FileBlocks,
): CallLines {
  const callsOf = new Map<string, Map<number, LinePlace[]>>();
  const placesOf: CallLines["placesOf"] = (slug, position) => {
    const outcome = readers.get(slug)?.table.placeOf(position);
    return outcome && [...(callsOf.get(slug)?.get(position) ?? []), outcome];
  };
  return {
    placesOf,
    note(slug, file, { kind, position, offset, length }) {
      if (!wanted.has(kind)) return;
      const places = computed(callsOf, slug, () => new Map<number, LinePlace[]>());
      computed(places, position, () => []).push({ file, offset, length });
    },
    async linesOf(slug, position) {
      const places = placesOf(slug, position);
      return places && (await readLogLines(places, directory, blocks));
    },
  };
}

/** @param directory state folder of the run */
export async function readLogLines(
  places: readonly LinePlace[],
  directory: string,
  blocks: FileBlocks,
): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  for (const { file, offset, length } of places) {
    const text = await blocks.readText(join(directory, file), offset, length);
    // The files are ours: only writers of outcomes write them.
    lines.push(JSON.parse(text) as LogLine);
  }
  return lines;
}
