import type { PairedEstimate } from "../statistics/paired-sample.js";

/** The part of a record that identifies it in both files. `position` is its place in the file. */
export type JoinKey = "id" | "id and model" | "prompt" | "prompt and model" | "position";

/** The differences between the scores of two completed files. */
export interface Comparison {
  readonly joinedBy: JoinKey;
  /** Reason why records were not joined by id, in a sentence. */
  readonly reason?: string;
  /** Number of records that both files have. */
  readonly pairs: number;
  /** Number of pairs whose records have different prompts. */
  readonly differentPrompts: number;
  /** Records that only this file has: their ids, with models if ids repeat, or their lines. */
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
  /** One entry per score key, the largest loss first. */
  readonly scores: readonly ComparedScore[];
  /** Every changed score, the largest loss first. */
  readonly changes: readonly ScoreChange[];
}

/** The differences between the records of two values of a key, e.g. of two models. */
export interface ValueComparison extends Comparison {
  readonly first: string;
  readonly second: string;
}

/**
 * Differences of one score. Booleans count as 1 and 0. Estimates are absent if no record has the
 * score in both files.
 */
export interface ComparedScore extends Partial<Omit<PairedEstimate, "count">> {
  readonly scorer: string;
  /** Number of records with the score in both files. */
  readonly compared: number;
  readonly worse: number;
  readonly same: number;
  readonly better: number;
  /** Records in both files that lack the score in one of them. */
  readonly unscored: { readonly first: readonly string[]; readonly second: readonly string[] };
}

export interface ScoreChange {
  /** The record's id, or its line. */
  readonly record: string;
  readonly scorer: string;
  readonly first: number;
  readonly second: number;
  readonly difference: number;
}
