import { resolve } from "node:path";
import type { ScoreRow } from "../../domain/scores/line-scoring.js";
import type { ScorerSetting } from "../../domain/scores/scorer-setting.js";
import { UserError } from "../../domain/failure/user-error.js";
import { checkScorers } from "../../evaluation/scorers/check-scorers.js";
import { openLineScoring } from "../../evaluation/scorers/line-scoring.js";
import { scoreCompletedFile } from "../../storage/completed/score-completed.js";

export interface ScoreOptions {
  readonly scorers: readonly ScorerSetting[];
  /** Called with the number of scored lines. */
  readonly onLine?: (count: number) => void;
}

/** A completed file with its scores. */
export interface ScoredFile {
  readonly completedFile: string;
  readonly scores: readonly ScoreRow[];
}

/**
 * Scores the answers of a completed file from Ostinato or prompto, and rewrites the file. Sends
 * nothing. May be repeated. Throws `UserError` for an invalid scorer.
 */
export async function scoreFile(
  given: string,
  { scorers, onLine = () => undefined }: ScoreOptions,
): Promise<ScoredFile> {
  if (scorers.length === 0) {
    throw new UserError("Expected at least one scorer, got none. Name some: `--scorers match`.");
  }
  const completedFile = resolve(given);
  await checkScorers(scorers);
  const scoring = await openLineScoring(scorers);
  try {
    return { completedFile, scores: await scoreCompletedFile(completedFile, scoring, onLine) };
  } finally {
    await scoring.close();
  }
}
