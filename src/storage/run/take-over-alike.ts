import { dirname, join } from "node:path";

import { scoreErrorKey } from "../../domain/scores/scored-line.js";
import type { FileBlocks } from "../files/file-blocks.js";
import { openFileBlocks } from "../files/file-blocks.js";
import { inInputOrder } from "../index/input-order.js";
import type { LineOfGroup } from "../log/write-logs-whole.js";
import { writeLogsWhole } from "../log/write-logs-whole.js";
import { findEarlierAnswers } from "../reuse/earlier-answers.js";
import type { EarlierLine, EarlierRuns } from "../reuse/earlier-answers.js";
import { findScores } from "./run-scores.js";
import { completedOutcome, runOfCompleted, takenOver } from "./take-over.js";

/** Reuses completed outcomes of earlier runs for identical requests: see `findEarlierAnswers`. */
export interface TakeOverAlike extends EarlierRuns {
  /** State folder of this run, with its indexes. */
  readonly directory: string;
  readonly groups: readonly { readonly slug: string }[];
  readonly inputPath: string;
}

export async function takeOverAlike(plan: TakeOverAlike): Promise<void> {
  if (plan.completedFiles.length === 0) return;
  const blocks = openFileBlocks();
  try {
    const found = await findEarlierAnswers(textsOf(plan, blocks), plan);
    if (found.every((line) => line === undefined)) return;
    const slugs = plan.groups.map(({ slug }) => slug);
    const place = { directory: plan.directory, slugs, writer: "taken-over" };
    await writeLogsWhole(place, linesAlike(plan, found, blocks));
  } finally {
    await blocks.close();
  }
}

async function* textsOf(
  { directory, groups, inputPath }: TakeOverAlike,
  blocks: FileBlocks,
): AsyncGenerator<string, void, undefined> {
  for await (const { entry } of inInputOrder(directory, slugsOf(groups))) {
    yield blocks.readText(inputPath, entry.offset, entry.length);
  }
}

async function* linesAlike(
  { directory, groups, onProgress }: TakeOverAlike,
  found: readonly (EarlierLine | undefined)[],
  blocks: FileBlocks,
): AsyncGenerator<LineOfGroup, void, undefined> {
  const scores = new Map<string, ReadonlySet<string>>();
  let at = 0;
  for await (const { slug, entry } of inInputOrder(directory, slugsOf(groups))) {
    const line = found[at];
    at += 1;
    if (!line) continue;
    onProgress?.();
    const { file } = line;
    const stale = scores.get(file) ?? (await scoreKeysOf(file));
    scores.set(file, stale);
    const text = await blocks.readText(file, line.offset, line.length);
    const outcome = completedOutcome(text, undefined, stale);
    if (!outcome) continue;
    yield { slug, line: takenOver(entry.position, outcome, runOfCompleted(file)) };
  }
}

function slugsOf(groups: TakeOverAlike["groups"]): readonly string[] {
  return groups.map(({ slug }) => slug);
}

/**
 * Returns the keys of a completed file's scores. They are not reused, because the new run has its
 * own scorers.
 */
async function scoreKeysOf(completedFile: string): Promise<ReadonlySet<string>> {
  const directory = join(dirname(completedFile), `.${runOfCompleted(completedFile)}`);
  const rows = (await findScores(directory)) ?? [];
  return new Set(rows.flatMap(({ scorer }) => [scorer, scoreErrorKey(scorer)]));
}
