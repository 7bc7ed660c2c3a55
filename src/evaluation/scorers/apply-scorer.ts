import { errorText } from "../../domain/failure/error-text.js";
import type { RowEnd } from "../../executors/thread/thread-messages.js";
import { kindOf } from "./record-texts.js";
import type { LoadedScorer } from "./load-scorers.js";
import type { Score, ScoredRecord, Scorer } from "./scorer.js";

/** A scorer's score for a record, or the reason for its absence. */
export interface ScoreOutcome {
  readonly score: Score;
  readonly error?: string;
}

export interface ScorerCalls {
  /** Called before each call of the scorer, with the records of that call. */
  readonly onCall: (from: number, count: number) => void;
  /** Called after each call of the scorer, with the outcomes of its records. */
  readonly onEnd: (from: number, outcomes: readonly ScoreOutcome[]) => void;
  /** Outcomes of records that are not scored again, by their index in `records`. */
  readonly known: ReadonlyMap<number, RowEnd<ScoreOutcome>>;
}

const usualBatch = 100;

/** Scores the records. Returns an outcome for each record, even if the scorer fails. */
export async function applyScorer(
  loaded: LoadedScorer,
  records: readonly ScoredRecord[],
  { onCall, onEnd, known }: ScorerCalls,
): Promise<ScoreOutcome[]> {
  if ("problem" in loaded) {
    return records.map((_, at) => outcomeOf(known.get(at)) ?? failed(loaded.problem));
  }
  const { scorer } = loaded;
  const most = "scoreBatch" in scorer ? (scorer.batchSize ?? usualBatch) : 1;
  const outcomes: ScoreOutcome[] = [];
  while (outcomes.length < records.length) {
    const from = outcomes.length;
    const before = outcomeOf(known.get(from));
    if (before) {
      outcomes.push(before);
      continue;
    }
    const batch = batchFrom(from, { records, most, known });
    onCall(from, batch.length);
    const ended = await scoreBatch(scorer, batch, (at) => onCall(from + at, 1));
    onEnd(from, ended);
    for (const outcome of ended) outcomes.push(outcome);
  }
  return outcomes;
}

function outcomeOf(end: RowEnd<ScoreOutcome> | undefined): ScoreOutcome | undefined {
  if (end === undefined) return undefined;
  return "error" in end ? failed(end.error) : end.value;
}

interface Batching {
  readonly records: readonly ScoredRecord[];
  readonly most: number;
  readonly known: ReadonlyMap<number, unknown>;
}

/** Returns the end of a batch. A batch ends before a record that is not scored again. */
function batchFrom(from: number, { records, most, known }: Batching): readonly ScoredRecord[] {
  let end = from + 1;
  while (end < records.length && end - from < most && !known.has(end)) end += 1;
  return records.slice(from, end);
}

async function scoreBatch(
  scorer: Scorer,
  batch: readonly ScoredRecord[],
  onRetry: (at: number) => void,
): Promise<ScoreOutcome[]> {
  try {
    return (await callScorer(scorer, batch)).map(toOutcome);
  } catch (error) {
    const [first] = batch;
    if (batch.length < 2 || !first) return [failed(errorText(error))];
  }
  // One record may have caused the failure of the whole batch, so each record is scored alone.
  const outcomes: ScoreOutcome[] = [];
  for (const [at, record] of batch.entries()) {
    onRetry(at);
    outcomes.push(...(await scoreBatch(scorer, [record], onRetry)));
  }
  return outcomes;
}

async function callScorer(
  scorer: Scorer,
  batch: readonly ScoredRecord[],
): Promise<readonly unknown[]> {
  if ("score" in scorer) return [await scorer.score(batch[0] ?? {})];
  const scores: unknown = await scorer.scoreBatch(batch);
  // `isArray` makes the type any[].
  if (Array.isArray(scores) && scores.length === batch.length) return scores as unknown[];
  const got = Array.isArray(scores) ? `${scores.length} of them` : kindOf(scores);
  throw new Error(`Expected a list of ${batch.length} scores, got ${got}.`);
}

function toOutcome(score: unknown): ScoreOutcome {
  const isScore =
    score === null ||
    typeof score === "boolean" ||
    typeof score === "string" ||
    (typeof score === "number" && Number.isFinite(score));
  return isScore
    ? { score }
    : failed(
        `Expected a finite number, true, false, a text or null as score, got ${kindOf(score)}.`,
      );
}

function failed(error: string): ScoreOutcome {
  return { score: null, error };
}
