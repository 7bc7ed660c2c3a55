import type { ScorerSetting } from "../../domain/scores/scorer-setting.js";
import type { ScoredText, TextsToScore } from "./score-texts.js";
import type { ScorerFacts, ThreadAnswer } from "./scoring-thread-program.js";
import { startThread, ThreadLost } from "./scoring-thread.js";
import type { ScoringThread } from "./scoring-thread.js";

/** Scorers at work in a thread of their own. */
export interface Scoring {
  readonly scorers: readonly ScorerFacts[];
  /** Answers for each line, whatever a scorer does: one that is stuck or breaks its thread has failed on those records. */
  readonly score: (texts: readonly string[]) => Promise<readonly ScoredText[]>;
  readonly close: () => Promise<void>;
}

export interface ScoringOptions {
  /** How long one call of a scorer may take. @default 60_000 */
  readonly callLimitMs?: number;
}

const mostLosses = 3;

/**
 * Loads the scorers. One that loses its thread is called again for the other records; after three losses it is given
 * up, so that scoring always comes to an end.
 */
export async function openScoring(
  settings: readonly ScorerSetting[],
  { callLimitMs = 60_000 }: ScoringOptions = {},
): Promise<Scoring> {
  const scorers = new SupervisedScorers(settings, callLimitMs);
  const facts = await scorers.load();
  return {
    scorers: facts,
    score: async (texts) => scorers.score(texts),
    close: async () => scorers.end(),
  };
}

type Lost = Map<number, Map<number, string>>;

/** Starts a new thread where one is lost, and sees to it that what lost it is not done again. */
class SupervisedScorers {
  readonly #settings: readonly ScorerSetting[];
  readonly #callLimitMs: number;
  readonly #unloadable = new Map<number, string>();
  readonly #givenUp = new Map<number, string>();
  readonly #losses = new Map<number, number>();
  #thread: ScoringThread | undefined;
  #facts: readonly ScorerFacts[] = [];

  constructor(settings: readonly ScorerSetting[], callLimitMs: number) {
    this.#settings = settings;
    this.#callLimitMs = callLimitMs;
  }

  async load(): Promise<readonly ScorerFacts[]> {
    await this.#answered(undefined, new Map());
    return this.#facts;
  }

  async score(texts: readonly string[]): Promise<readonly ScoredText[]> {
    const given: Lost = new Map();
    return (await this.#answered({ texts, given }, given)).lines ?? [];
  }

  async end(): Promise<void> {
    await this.#thread?.end();
    this.#thread = undefined;
  }

  async #answered(question: TextsToScore | undefined, given: Lost): Promise<ThreadAnswer> {
    for (;;) {
      try {
        const thread = this.#thread ?? (await this.#start());
        return question ? await thread.ask(question) : {};
      } catch (error) {
        await this.end();
        this.#blame(error, given);
      }
    }
  }

  async #start(): Promise<ScoringThread> {
    const data = {
      settings: this.#settings,
      unloadable: this.#unloadable,
      givenUp: this.#givenUp,
    };
    this.#thread = startThread(data, this.#callLimitMs);
    this.#facts = (await this.#thread.ask()).scorers ?? [];
    return this.#thread;
  }

  /** A lost thread counts against the scorer that was at work; any other error is ours. */
  #blame(error: unknown, given: Lost): void {
    if (!(error instanceof ThreadLost) || !error.call) throw error;
    const { scorer, from, count } = error.call;
    if (from < 0) {
      this.#unloadable.set(scorer, error.message);
      return;
    }
    const losses = (this.#losses.get(scorer) ?? 0) + 1;
    this.#losses.set(scorer, losses);
    if (losses >= mostLosses) {
      this.#givenUp.set(scorer, `Given up after ${mostLosses} times: ${error.message}`);
      return;
    }
    const records = given.get(scorer) ?? new Map<number, string>();
    for (let at = from; at < from + count; at += 1) records.set(at, error.message);
    given.set(scorer, records);
  }
}
