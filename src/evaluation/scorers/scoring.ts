import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ScorerSetting } from "../../domain/scores/scorer-setting.js";
import { SupervisedFunctions } from "../../executors/thread/supervised-functions.js";
import type { ScoreOutcome } from "./apply-scorer.js";
import type { ScoredText } from "./score-texts.js";
import type { ScorerFacts } from "./scoring-thread-program.js";

/** Scorers that run in a separate thread. */
export interface Scoring {
  readonly scorers: readonly ScorerFacts[];
  /**
   * Returns a result for each line, even if a scorer is stuck or ends its thread. The scorer then
   * fails for those records.
   */
  readonly score: (texts: readonly string[]) => Promise<readonly ScoredText[]>;
  readonly close: () => Promise<void>;
}

export interface ScoringOptions {
  /** Timeout of one call of a scorer, in ms. @default 60_000 */
  readonly callLimitMs?: number;
}

type Scorers = SupervisedFunctions<
  readonly ScorerSetting[],
  readonly ScorerFacts[],
  readonly string[],
  readonly ScoredText[],
  ScoreOutcome
>;

/** Loads the scorers. */
export async function openScoring(
  settings: readonly ScorerSetting[],
  { callLimitMs = 60_000 }: ScoringOptions = {},
): Promise<Scoring> {
  const scorers: Scorers = new SupervisedFunctions({ program: program(), settings, callLimitMs });
  const facts = await scorers.load();
  return {
    scorers: facts,
    score: async (texts) => scorers.ask(texts),
    close: async () => scorers.end(),
  };
}

/** Returns the path of the compiled thread, for the built package and for its sources. */
function program(): string {
  const here = fileURLToPath(import.meta.url);
  const built = here.endsWith(".ts")
    ? join(dirname(here), "..", "..", "..", "dist", "src", "evaluation", "scorers")
    : dirname(here);
  return join(built, "scoring-thread-program.js");
}
