/**
 * Scores answers while a run is in progress, so that its quality shows early. The finish scores all
 * answers again, and only those scores are results. Live scores may therefore leave out answers:
 * above a maximum rate, and from other processes.
 */
import { log } from "@temporalio/activity";
import type { Manifest } from "../../src/domain/experiment/experiment.js";
import type { LogLine } from "../../src/domain/record/log-line.js";
import { outputLine } from "../../src/domain/record/output-line.js";
import type { ScoreSums } from "../../src/domain/scores/score-sums.js";
import { isBuiltIn } from "../../src/domain/scores/scorer-setting.js";
import type { ScorerSetting } from "../../src/domain/scores/scorer-setting.js";
import { createScoreTable } from "../../src/evaluation/scorers/score-table.js";
import type { ScoreTable } from "../../src/evaluation/scorers/score-table.js";
import type { Scoring } from "../../src/evaluation/scorers/scoring.js";
import type { GroupStore } from "../../src/storage/log/group-store.js";
import { stampOf } from "../../src/storage/run/stamp.js";

const everyMs = 2_000;
/**
 * Maximum number of waiting answers, which allows at most 500 answers per second. A sample is
 * enough to estimate the quality of a fast run.
 */
const mostWaiting = 1_000;
const mostCharacters = 4 << 20;
/** Time in ms without answers after which the thread ends. */
const idleMs = 60_000;

type OpenScoring = (settings: readonly ScorerSetting[]) => Promise<Scoring>;

interface LiveScoringOptions {
  readonly open: OpenScoring;
  readonly write: (sums: readonly ScoreSums[]) => Promise<void>;
}

type OutcomeLine = Extract<LogLine, { readonly kind: "outcome" }>;

interface Waiting {
  readonly store: GroupStore;
  readonly line: OutcomeLine;
}

export class LiveScoring {
  readonly #options: LiveScoringOptions;
  readonly #settings: readonly ScorerSetting[];
  #waiting: Waiting[] = [];
  #characters = 0;
  #timer: NodeJS.Timeout | undefined;
  #scoring: Scoring | undefined;
  #table: ScoreTable | undefined;
  #usedAtMs = 0;
  #working = Promise.resolve();

  private constructor(settings: readonly ScorerSetting[], options: LiveScoringOptions) {
    this.#settings = settings;
    this.#options = options;
  }

  /**
   * Returns the live scoring of a run; `undefined` for a run without built-in scorers. The scorers
   * of a module may cost money or take minutes, so they run only once, at the end.
   */
  static of(
    { settings, stage }: Pick<Manifest, "settings" | "stage">,
    options: LiveScoringOptions,
  ): LiveScoring | undefined {
    const isMain = stage === undefined || stage.kind === "main";
    const scorers = (settings.scorers ?? []).filter(({ scorer }) => isBuiltIn(scorer));
    return isMain && scorers.length > 0 ? new LiveScoring(scorers, options) : undefined;
  }

  /** Returns a store that passes each appended outcome to the scorers. */
  scored(store: GroupStore): GroupStore {
    return {
      ...store,
      append: async (line) => {
        await store.append(line);
        if (line.kind === "outcome") this.#note({ store, line });
      },
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
    await this.#working;
    await this.#end();
  }

  #note(waiting: Waiting): void {
    const size = sizeOf(waiting.line);
    const isFull = this.#waiting.length >= mostWaiting || this.#characters + size > mostCharacters;
    if (isFull) return;
    this.#waiting.push(waiting);
    this.#characters += size;
    this.#timer ??= setInterval(() => this.#tick(), everyMs).unref();
  }

  #tick(): void {
    this.#working = this.#working
      .then(async () => this.#work())
      .catch((error: unknown) => {
        log.warn("answers could not be scored while the run goes on", { error });
      });
  }

  async #work(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting.length === 0) {
      if (Date.now() - this.#usedAtMs > idleMs) await this.#end();
      return;
    }
    this.#waiting = [];
    this.#characters = 0;
    const texts = await Promise.all(waiting.map(textOf));
    this.#scoring ??= await this.#options.open(this.#settings);
    this.#table ??= createScoreTable(this.#scoring.scorers.map(({ key }) => key));
    for (const scored of await this.#scoring.score(texts)) this.#table.add(scored);
    this.#usedAtMs = Date.now();
    await this.#options.write(this.#table.sums());
  }

  async #end(): Promise<void> {
    const scoring = this.#scoring;
    this.#scoring = undefined;
    await scoring?.close();
  }
}

async function textOf({ store, line }: Waiting): Promise<string> {
  const [entry] = await store.readIndex(line.position, 1);
  const input = entry ? await store.readLine(entry) : "{}";
  return outputLine(input, line.outcome, format);
}

const format = { localStamp: (epochMs: number): string => stampOf(new Date(epochMs)) };

function sizeOf({ outcome }: OutcomeLine): number {
  if (outcome.status === "failed") return 0;
  const { response } = outcome;
  return typeof response === "string" ? response.length : JSON.stringify(response).length;
}
