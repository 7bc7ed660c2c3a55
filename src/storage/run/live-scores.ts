import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { ScoreRow } from "../../domain/scores/line-scoring.js";
import { joinedRows } from "../../domain/scores/score-sums.js";
import type { ScoreSums } from "../../domain/scores/score-sums.js";
import { readJson } from "../files/read-json.js";
import { writeJsonAtomically } from "../files/write-atomically.js";
import { findScores } from "./run-scores.js";

/**
 * Writes `live-scores.<process>.json`: the scores of the answers that a process has received so
 * far. They are only for display, because the last seconds are lost if a process dies. The finish
 * scores all answers.
 */
export async function writeLiveScores(
  directory: string,
  process: string,
  sums: readonly ScoreSums[],
): Promise<void> {
  await writeJsonAtomically(join(directory, `live-scores.${process}.json`), sums);
}

/**
 * Returns the scores of a run, or the scores so far of a run in progress; `undefined` without
 * scores.
 */
export async function scoresSoFar(directory: string): Promise<readonly ScoreRow[] | undefined> {
  const ended = await findScores(directory);
  if (ended) return ended;
  const names = await readdir(directory);
  const files = names.filter((name) => /^live-scores\..+\.json$/.test(name));
  const processes = files.map(async (name) => readJson(join(directory, name)));
  // The files are ours: only processes of a run write them.
  const sums = (await Promise.all(processes)) as readonly (readonly ScoreSums[] | undefined)[];
  const rows = joinedRows(sums.flatMap((own) => (own ? [own] : [])));
  return rows.length === 0 ? undefined : rows;
}
