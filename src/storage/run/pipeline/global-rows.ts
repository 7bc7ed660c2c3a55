import { join } from "node:path";

import type { StepCount } from "../../../domain/graph/step-counts.js";
import { isJsonObject } from "../../../domain/json/json.js";
import type { JsonObject } from "../../../domain/json/json.js";
import { jsonLine, parseJsonText } from "../../../domain/json/json-text.js";
import { isThere } from "../../files/is-there.js";
import { makeFolder } from "../../files/make-folder.js";
import { readJson } from "../../files/read-json.js";
import { writeAtomically, writeJsonAtomically } from "../../files/write-atomically.js";
import { readInputLines } from "../../input/input-lines.js";

/**
 * Counts of a global step. The rows after the step are in `global/<step>.jsonl`, in the state
 * folder of a run's first segment. If this file exists, the step has run. The counts are in
 * `global/<step>.json`, which is written before.
 */
export interface GlobalCounts {
  /** Number of rows that the step received. */
  readonly given: number;
  /** Number of rows after the step. */
  readonly made: number;
}

function pathsOf(first: string, step: string): { readonly rows: string; readonly counts: string } {
  const folder = join(first, "global");
  return { rows: join(folder, `${step}.jsonl`), counts: join(folder, `${step}.json`) };
}

/** Returns the counts; `undefined` for a step that has not run to its end. */
export async function findGlobalCounts(
  first: string,
  step: string,
): Promise<GlobalCounts | undefined> {
  const paths = pathsOf(first, step);
  if (!(await isThere(paths.rows))) return undefined;
  // The file is ours: only `writeGlobalRows` writes it.
  return (await readJson(paths.counts)) as GlobalCounts | undefined;
}

/** Converts the counts. The rows that a global step did not pass on count as dropped. */
export function countOfGlobal({ given, made }: GlobalCounts): StepCount {
  return { done: made, failed: 0, dropped: Math.max(0, given - made) };
}

const batchCharacters = 1 << 18;

/** @param counts returns the counts of all rows, once the last row is written */
export async function writeGlobalRows(
  { first, step }: { readonly first: string; readonly step: string },
  rows: AsyncIterable<JsonObject>,
  counts: () => Promise<GlobalCounts>,
): Promise<void> {
  const paths = pathsOf(first, step);
  await makeFolder(join(first, "global"));
  async function* text(): AsyncGenerator<string, void, undefined> {
    let batch = "";
    for await (const row of rows) {
      batch += `${jsonLine(row)}\n`;
      if (batch.length < batchCharacters) continue;
      yield batch;
      batch = "";
    }
    yield batch;
    await writeJsonAtomically(paths.counts, await counts());
  }
  await writeAtomically(paths.rows, text());
}

/** Yields the rows; none for a step that has not run. */
export async function* readGlobalRows(
  first: string,
  step: string,
): AsyncGenerator<JsonObject, void, undefined> {
  const { rows } = pathsOf(first, step);
  if (!(await isThere(rows))) return;
  for await (const { text } of readInputLines(rows)) {
    const row = parseJsonText(text);
    if (isJsonObject(row)) yield row;
  }
}
