import { createHash } from "node:crypto";

import { layOutObject } from "../../domain/json/json-text.js";
import type { LogLine } from "../../domain/record/log-line.js";
import { startOfOurs } from "../../domain/scores/scored-line.js";
import type { FileBlocks } from "../files/file-blocks.js";
import { openFileBlocks } from "../files/file-blocks.js";
import { readInputLines } from "../input/input-lines.js";
import { withoutTornEnd } from "../completed/without-torn-end.js";
import { inInputOrder } from "../index/input-order.js";
import { writeLogWhole } from "../log/log-files.js";
import { completedOutcome, takenOver } from "./take-over.js";

/**
 * Reuses completed outcomes of earlier runs for identical requests: the same id, prompt, model,
 * parameters and other keys, except `input-` keys, which describe the earlier record. Identical
 * requests are matched in order.
 */
export interface TakeOverAlike {
  /** The state folder of this run, with its indexes. */
  readonly directory: string;
  readonly groups: readonly { readonly slug: string }[];
  readonly inputPath: string;
  readonly completedFiles: readonly string[];
}

interface Place {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

export async function takeOverAlike(plan: TakeOverAlike): Promise<void> {
  const answered = await readAnswered(plan.completedFiles);
  if (answered.size === 0) return;
  const blocks = openFileBlocks();
  try {
    for (const { slug } of plan.groups) {
      const place = { directory: plan.directory, slug, writer: "taken-over" };
      await writeLogWhole(place, linesAlike(plan, slug, { answered, blocks }));
    }
  } finally {
    await blocks.close();
  }
}

interface Earlier {
  readonly answered: ReadonlyMap<string, Place[]>;
  readonly blocks: FileBlocks;
}

async function* linesAlike(
  { directory, inputPath }: TakeOverAlike,
  slug: string,
  { answered, blocks }: Earlier,
): AsyncGenerator<LogLine, void, undefined> {
  for await (const { entry } of inInputOrder(directory, [slug])) {
    const { position } = entry;
    const text = await blocks.readText(inputPath, entry.offset, entry.length);
    const place = answered.get(keyOf(text).key)?.shift();
    if (!place) continue;
    const before = await blocks.readText(place.file, place.offset, place.length);
    const outcome = completedOutcome(before, keyOf(before).ownFrom);
    if (outcome) yield takenOver(position, outcome);
  }
}

/** The newest answer to a request comes last in `files`. Only answers from that run count. */
async function readAnswered(files: readonly string[]): Promise<Map<string, Place[]>> {
  const answered = new Map<string, Place[]>();
  for (const file of files) {
    const ofFile = new Map<string, Place[]>();
    for await (const { text, offset, length } of withoutTornEnd(readInputLines(file))) {
      const { key, ownFrom } = keyOf(text);
      if (!completedOutcome(text, ownFrom)) continue;
      const places = ofFile.get(key) ?? [];
      places.push({ file, offset, length });
      ofFile.set(key, places);
    }
    for (const [key, places] of ofFile) answered.set(key, places);
  }
  return answered;
}

/**
 * The request in a line of an input or a completed file, and the index of the first key of ours.
 */
function keyOf(text: string): { readonly key: string; readonly ownFrom: number } {
  const { members } = layOutObject(text);
  const ownFrom = startOfOurs(members);
  const hash = createHash("sha256");
  for (const { key, valueStart, valueEnd } of members.slice(0, ownFrom)) {
    if (key.startsWith("input-")) continue;
    hash.update(`${JSON.stringify(key)}:${text.slice(valueStart, valueEnd).trim()},`);
  }
  return { key: hash.digest("base64").slice(0, 22), ownFrom };
}
