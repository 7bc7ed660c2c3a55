import type { PairedEstimate } from "../statistics/paired-sample.js";

/** How the scores of one completed file differ from those of another. */
export interface Comparison {
  readonly joinedBy: "id" | "prompt" | "position";
  /** Why not by id, in a sentence. */
  readonly reason?: string;
  /** Records that both files have. */
  readonly pairs: number;
  /** Records that one file lacks: by their id, or by their line. */
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
  /** One a score's key, what got worse most first. */
  readonly scores: readonly ComparedScore[];
  /** Every score that changed, what got worse most first. */
  readonly changes: readonly ScoreChange[];
}

/** Truths count as 1 and 0. Absent estimates: no record has the score in both. */
export interface ComparedScore extends Partial<Omit<PairedEstimate, "count">> {
  readonly scorer: string;
  /** Records with the score in both files. */
  readonly compared: number;
  readonly worse: number;
  readonly same: number;
  readonly better: number;
  /** Records that both files have, and that lack the score in one of them. */
  readonly unscored: { readonly first: readonly string[]; readonly second: readonly string[] };
}

export interface ScoreChange {
  /** Its id, or its line. */
  readonly record: string;
  readonly scorer: string;
  readonly first: number;
  readonly second: number;
  readonly difference: number;
}
