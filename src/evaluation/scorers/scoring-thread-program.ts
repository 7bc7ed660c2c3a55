/** The program of a scoring thread. Each thread loads the modules of a user's scorers again. */
import type { ScorerSetting } from "../../domain/scores/scorer-setting.js";
import { serveFunctions } from "../../executors/thread/serve-functions.js";
import type { ScoreOutcome } from "./apply-scorer.js";
import type { LoadedScorer } from "./load-scorers.js";
import { loadScorers } from "./load-scorers.js";
import { scoreTexts } from "./score-texts.js";
import type { ScoredText } from "./score-texts.js";

/** The thread's report of a loaded scorer. */
export interface ScorerFacts {
  readonly key: string;
  readonly problem?: string;
  /** Maximum number of records per call, if the scorer sets one. */
  readonly batchSize?: number;
}

function factsOf(loaded: LoadedScorer): ScorerFacts {
  const { key } = loaded;
  if ("problem" in loaded) return { key, problem: loaded.problem };
  const { scorer } = loaded;
  const sized = "scoreBatch" in scorer && scorer.batchSize !== undefined;
  return { key, ...(sized && { batchSize: scorer.batchSize }) };
}

await serveFunctions<
  readonly ScorerSetting[],
  readonly ScorerFacts[],
  readonly string[],
  readonly ScoredText[],
  ScoreOutcome
>(async ({ settings, unloadable, givenUp }, onLoad) => {
  const loaded = await loadScorers(settings, { onLoad, unloadable });
  const scorers = loaded.map((one, index): LoadedScorer => {
    const problem = givenUp.get(index);
    return problem === undefined ? one : { key: one.key, problem };
  });
  return {
    facts: scorers.map(factsOf),
    answer: async (texts, calls) => scoreTexts(scorers, texts, calls),
  };
});
