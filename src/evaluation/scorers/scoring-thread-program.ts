/**
 * A thread of its own for scorers: what takes long, never returns or ends its process there holds up nothing here, and
 * modules are read anew by each thread.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { ScorerSetting } from "../../domain/scores/scorer-setting.js";
import type { LoadedScorer } from "./load-scorers.js";
import { loadScorers } from "./load-scorers.js";
import { scoreTexts } from "./score-texts.js";
import type { ScoredText, TextsToScore } from "./score-texts.js";
import { watchCalls } from "./watched-calls.js";

export interface ThreadData {
  readonly settings: readonly ScorerSetting[];
  /** Of `WatchedCalls`. */
  readonly buffer: SharedArrayBuffer;
  /** What is not to be loaded, by its place in the settings, and why. */
  readonly unloadable: ReadonlyMap<number, string>;
  /** What is not to be called, by its place among the loaded scorers, and why. */
  readonly givenUp: ReadonlyMap<number, string>;
}

/** What a thread tells of a loaded scorer. */
export interface ScorerFacts {
  readonly key: string;
  readonly problem?: string;
  /** Most records of a call, where the scorer says so. */
  readonly batchSize?: number;
}

/** Its first message has the scorers, each further one the lines of a batch. */
export interface ThreadAnswer {
  readonly scorers?: readonly ScorerFacts[];
  readonly lines?: readonly ScoredText[];
}

async function main(): Promise<void> {
  // Made by startThread alone.
  const { settings, buffer, unloadable, givenUp } = workerData as ThreadData;
  const { begin } = watchCalls(buffer);
  const loaded = await loadScorers(settings, {
    onLoad: (scorer) => {
      begin({ scorer, from: -1, count: 0 });
    },
    unloadable,
  });
  const scorers = loaded.map((one, index): LoadedScorer => {
    const problem = givenUp.get(index);
    return problem === undefined ? one : { key: one.key, problem };
  });
  const answer = (message: ThreadAnswer): void => parentPort?.postMessage(message);
  parentPort?.on("message", (given: TextsToScore) => {
    void scoreTexts(scorers, given, begin).then((lines) => {
      answer({ lines });
    });
  });
  answer({ scorers: scorers.map(factsOf) });
}

function factsOf(loaded: LoadedScorer): ScorerFacts {
  const { key } = loaded;
  if ("problem" in loaded) return { key, problem: loaded.problem };
  const { scorer } = loaded;
  const sized = "scoreBatch" in scorer && scorer.batchSize !== undefined;
  return { key, ...(sized && { batchSize: scorer.batchSize }) };
}

await main();
