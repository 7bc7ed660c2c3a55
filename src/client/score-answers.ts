import { resolve } from "node:path";
import type { ScoreRow } from "../domain/line-scoring.js";
import type { ScorerSetting } from "../domain/scorer-setting.js";
import { UserError } from "../domain/user-error.js";
import { scoreCompletedFile } from "../storage/score-completed.js";
import type { EvaluationKnowledge } from "./evaluation-knowledge.js";

export interface ScoreOptions {
  readonly scorers: readonly ScorerSetting[];
  /** Told the count of lines that are through. */
  readonly onLine?: (count: number) => void;
}

/** Answers that have their scores. */
export interface ScoredFile {
  readonly completedFile: string;
  readonly scores: readonly ScoreRow[];
}

/** Scores the answers in a completed file, of ours or of prompto's, and rewrites it; sends nothing. Throws `UserError`. */
export type ScoreFile = (completedFile: string, options: ScoreOptions) => Promise<ScoredFile>;

export function createScoreFile(evaluation: EvaluationKnowledge): ScoreFile {
  return async (given, { scorers, onLine = () => undefined }) => {
    if (scorers.length === 0) {
      throw new UserError("Expected at least one scorer, got none. Name some: `--scorers match`.");
    }
    const completedFile = resolve(given);
    await evaluation.checkScorers(scorers);
    const scoring = await evaluation.openLineScoring(scorers);
    try {
      return { completedFile, scores: await scoreCompletedFile(completedFile, scoring, onLine) };
    } finally {
      await scoring.close();
    }
  };
}
