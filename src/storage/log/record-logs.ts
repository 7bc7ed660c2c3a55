import { join } from "node:path";

import { computed } from "../../domain/computed.js";
import type { LogLine } from "../../domain/record/log-line.js";
import type { FileBlocks } from "../files/file-blocks.js";
import { openFileBlocks } from "../files/file-blocks.js";
import { inInputOrder } from "../index/input-order.js";
import type { EntryKind } from "./log-entry.js";
import { listLogFiles } from "./log-files.js";
import { followLog } from "./log-tail.js";
import type { LinePlace } from "./open-chats.js";
import type { RunOutcomes } from "./run-outcomes.js";

/** Lines about a call or its end. Those of the journal's values and of started calls are left out. */
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
  const placesOf = new Map<string, ReadonlyMap<number, readonly LinePlace[]>>();
  for (const slug of readers.keys()) placesOf.set(slug, await callPlaces(directory, slug));
  try {
    for await (const { slug, entry } of inInputOrder(directory, [...readers.keys()])) {
      const outcome = readers.get(slug)?.table.placeOf(entry.position);
      if (!outcome) continue;
      const calls = placesOf.get(slug)?.get(entry.position) ?? [];
      const lines: LogLine[] = [];
      for (const place of [...calls, outcome]) lines.push(await readLine(blocks, directory, place));
      yield lines;
    }
  } finally {
    await blocks.close();
  }
}

async function callPlaces(
  directory: string,
  slug: string,
): Promise<ReadonlyMap<number, readonly LinePlace[]>> {
  const places = new Map<number, LinePlace[]>();
  for (const file of await listLogFiles(directory, slug)) {
    await followLog(directory, file).read(({ kind, position, offset, length }) => {
      if (wanted.has(kind)) computed(places, position, () => []).push({ file, offset, length });
    });
  }
  return places;
}

async function readLine(blocks: FileBlocks, directory: string, place: LinePlace): Promise<LogLine> {
  const text = await blocks.readText(join(directory, place.file), place.offset, place.length);
  // Only writers of outcomes write these files.
  return JSON.parse(text) as LogLine;
}
