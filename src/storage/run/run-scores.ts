import type { ScoreRow } from "../../domain/scores/line-scoring.js";
import { readJson } from "../files/read-json.js";
import { runPaths } from "./run-folder.js";
import { writeJsonAtomically } from "../files/write-atomically.js";

/**
 * Saves the summary of the scores in a run's completed file. Saved summaries of other scorers stay.
 */
export async function writeScores(directory: string, rows: readonly ScoreRow[]): Promise<void> {
  const scorers = new Set(rows.map(({ scorer }) => scorer));
  const others = (await findScores(directory))?.filter(({ scorer }) => !scorers.has(scorer)) ?? [];
  await writeJsonAtomically(runPaths(directory).scores, [...others, ...rows]);
}

/** Returns the saved summary of the scores; `undefined` if nothing was scored. */
export async function findScores(directory: string): Promise<readonly ScoreRow[] | undefined> {
  // The file is ours: only `writeScores` writes it.
  return (await readJson(runPaths(directory).scores)) as readonly ScoreRow[] | undefined;
}
