import type { ScoreRow } from "../../domain/scores/line-scoring.js";
import { readJson } from "../files/read-json.js";
import { runPaths } from "./run-folder.js";
import { writeJsonAtomically } from "../files/write-atomically.js";

/** Notes what the scores in a run's completed file come to; those of other scorers that were noted before stay. */
export async function writeScores(directory: string, rows: readonly ScoreRow[]): Promise<void> {
  const scorers = new Set(rows.map(({ scorer }) => scorer));
  const others = (await findScores(directory))?.filter(({ scorer }) => !scorers.has(scorer)) ?? [];
  await writeJsonAtomically(runPaths(directory).scores, [...others, ...rows]);
}

/** `undefined` where nothing was scored. */
export async function findScores(directory: string): Promise<readonly ScoreRow[] | undefined> {
  // Written whole by writeScores alone.
  return (await readJson(runPaths(directory).scores)) as readonly ScoreRow[] | undefined;
}
