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
 * Lines about a call or its end. Those of the journal's values and of started calls are left out.
 */
const wanted: ReadonlySet<EntryKind> = new Set([
  "failed-attempt",
  "held",
  "turn",
  "call",
  "failed-call",
]);

/**
 * For each record with an outcome, in the order of the input: its log lines about calls, then its
 * outcome. Keeps only places of calls in memory.
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
  /** Places of a record's lines, its outcome last. Returns `undefined` if it has no outcome. */
  readonly placesOf: (slug: string, position: number) => readonly LinePlace[] | undefined;
  /** The lines of a record, then its outcome. Returns `undefined` if it has no outcome. */
  readonly linesOf: (slug: string, position: number) => Promise<readonly LogLine[] | undefined>;
}

/** The log lines that are there now. */
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

/** Keeps only places in memory. */
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

/** @param directory the run's state folder */
export async function readLogLines(
  places: readonly LinePlace[],
  directory: string,
  blocks: FileBlocks,
): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  for (const { file, offset, length } of places) {
    const text = await blocks.readText(join(directory, file), offset, length);
    // Only writers of outcomes write these files.
    lines.push(JSON.parse(text) as LogLine);
  }
  return lines;
}
