import type { Interval } from "../statistics/interval.js";

/** Scores lines on their way into the completed file. */
export interface LineScoring {
  /** The same lines in the same order, those that have an answer with their scores. */
  readonly score: <Line extends { readonly text: string }>(
    lines: AsyncIterable<Line>,
  ) => AsyncGenerator<Line, void, undefined>;
  /** What the lines that went through so far come to. */
  readonly rows: () => readonly ScoreRow[];
  readonly close: () => Promise<void>;
}

/** What a scorer said: of all records, of those of a model, or of those of a group. */
export interface ScoreRow {
  /** The scorer's key. */
  readonly scorer: string;
  /** `<api>/<model>` */
  readonly model?: string;
  /** The records' own `group`. */
  readonly group?: string;
  readonly scored: number;
  /** Records without a score: failed ones, and those of which the scorer could not say. */
  readonly unscored: number;
  /** Of numbers and truths, which count as 1 and 0; absent where there is none. */
  readonly mean?: number;
  /** Of the mean, 95 %: Wilson's where every score is 0 or 1, else Student's t; absent of a single other number. */
  readonly interval?: Interval & { readonly method: "wilson" | "t" };
}
