import type { Interval } from "../statistics/interval.js";

/** Scores lines before they enter the completed file. */
export interface LineScoring {
  /** Returns the same lines in the same order. Lines with an answer get their scores. */
  readonly score: <Line extends { readonly text: string }>(
    lines: AsyncIterable<Line>,
  ) => AsyncGenerator<Line, void, undefined>;
  /** Returns the score rows of all lines so far. */
  readonly rows: () => readonly ScoreRow[];
  readonly close: () => Promise<void>;
}

/**
 * A scorer's results for all records, for the records of a model, or for the records of a group.
 */
export interface ScoreRow {
  /** The scorer's key. */
  readonly scorer: string;
  /** `<api>/<model>` */
  readonly model?: string;
  /** The records' own `group`. */
  readonly group?: string;
  readonly scored: number;
  /**
   * Number of records without a score: failed records, and records that the scorer could not score.
   */
  readonly unscored: number;
  /** The most frequent reason for a missing score; absent if no reason is known. */
  readonly reason?: string;
  /** Mean of numbers and booleans, which count as 1 and 0; absent if there are none. */
  readonly mean?: number;
  /**
   * 95 % interval of the mean: Wilson's if every score is 0 or 1, otherwise Student's t. Absent for
   * a single other number.
   */
  readonly interval?: Interval & { readonly method: "wilson" | "t" };
}
