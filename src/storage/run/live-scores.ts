import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { ScoreRow } from "../../domain/scores/line-scoring.js";
import { joinedRows } from "../../domain/scores/score-sums.js";
import type { ScoreSums } from "../../domain/scores/score-sums.js";
import { readJson } from "../files/read-json.js";
import { writeJsonAtomically } from "../files/write-atomically.js";
import { findScores } from "./run-scores.js";

/**
 * `live-scores.<process>.json`: the scores of the answers that a process has got so far. For
 * people: a process that dies takes its last seconds with it. The finish scores all answers.
 */
export async function writeLiveScores(
  directory: string,
  process: string,
  sums: readonly ScoreSums[],
): Promise<void> {
  await writeJsonAtomically(join(directory, `live-scores.${process}.json`), sums);
}

/** The scores of a run; while it goes on, those so far. Returns `undefined` without scores. */
export async function scoresSoFar(directory: string): Promise<readonly ScoreRow[] | undefined> {
  const ended = await findScores(directory);
  if (ended) return ended;
  const names = await readdir(directory);
  const files = names.filter((name) => /^live-scores\..+\.json$/.test(name));
  const processes = files.map(async (name) => readJson(join(directory, name)));
  // Only processes of a run write these files.
  const sums = (await Promise.all(processes)) as readonly (readonly ScoreSums[] | undefined)[];
  const rows = joinedRows(sums.flatMap((own) => (own ? [own] : [])));
  return rows.length === 0 ? undefined : rows;
}
