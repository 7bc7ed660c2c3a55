import type { Comparison } from "../domain/comparison.js";
import type { LineScoring } from "../domain/line-scoring.js";
import type { ScorerSetting } from "../domain/scorer-setting.js";

/** What this folder must know of evaluation. It is handed in, since the client doesn't import it. */
export interface EvaluationKnowledge extends ScorerCheck {
  readonly openLineScoring: (settings: readonly ScorerSetting[]) => Promise<LineScoring>;
  /** @param keys what counts as scores; without them, the numbers and truths behind the answers */
  readonly compareLines: (
    files: readonly [first: NumberedLines, second: NumberedLines],
    keys?: readonly string[],
  ) => Promise<Comparison>;
}

type NumberedLines = AsyncIterable<{ readonly line: number; readonly text: string }>;

export interface ScorerCheck {
  /** Throws a `UserError` where a scorer can't be used. */
  readonly checkScorers: (settings: readonly ScorerSetting[]) => Promise<void>;
}
