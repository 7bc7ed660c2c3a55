import type { Comparison } from "../scores/comparison.js";
import type { PairedEstimate } from "../statistics/paired-sample.js";
import type { ReportRecord, ReportRow } from "./report-row.js";
import type { Books, FailureKind, ModelReport, Reproduce, RunReport } from "./run-report.js";

/**
 * The comparison of a run with another, or of the values of a key within one run: what the page
 * shows, and what `report A B --format json` prints.
 */
export interface ComparisonReport {
  readonly version: 1;
  readonly kind: "comparison";
  /** Time at which the files were read, in ms since the epoch. */
  readonly readAt: number;
  /** Set for the records of one run: `model`, or a key of the input. */
  readonly by?: string;
  /** One for two runs; one for each value besides the baseline of one run. */
  readonly comparisons: readonly PairReport[];
}

/** The second records compared with the first. A difference is second − first. */
export interface PairReport extends Pick<
  Comparison,
  "joinedBy" | "reason" | "pairs" | "differentPrompts"
> {
  readonly first: PairSide;
  readonly second: PairSide;
  /** Ids or lines of records without a partner. */
  readonly onlyFirst: UnpairedRecords;
  readonly onlySecond: UnpairedRecords;
  /** pairs = worse + changed + better + same */
  readonly changes: PairCounts;
  /** Pairs of which exactly one record failed. */
  readonly failedInOne: number;
  /** Scores and verdicts first, the largest loss first; then failures, cost, time and tokens. */
  readonly metrics: readonly PairMetric[];
  /** Verdicts that are words, by judge and template. */
  readonly labels: readonly LabelChange[];
  /** Settings with different values. */
  readonly settings: readonly SettingDifference[];
}

export interface UnpairedRecords {
  readonly count: number;
  /** The first ones. */
  readonly examples: readonly string[];
}

/** Pairs by their change. `changed`: another answer that is neither worse nor better. */
export interface PairCounts {
  readonly worse: number;
  readonly changed: number;
  readonly better: number;
  readonly same: number;
}

/** The records of one side, those without a partner included. */
export interface PairSide extends Pick<
  RunReport,
  "name" | "kind" | "state" | "startedAt" | "finishedAt"
> {
  /** The name, or the value of the key of one run. */
  readonly title: string;
  /** Local time of the start, as in the names of the run's files. */
  readonly stamp: string;
  readonly books: Books;
  readonly models: readonly ModelReport[];
  readonly failures: readonly FailureKind[];
  readonly reproduce: Reproduce;
}

/** A number of each record. Booleans count as 1 and 0. */
export interface PairMetric extends Omit<PairedEstimate, "count"> {
  readonly kind: MetricKind;
  /** The scorer's key or `judge/template`; the kind for all others. */
  readonly name: string;
  /** Pairs with the number in both records. */
  readonly compared: number;
  readonly worse: number;
  readonly same: number;
  readonly better: number;
  /** Pairs in which a record lacks the number. */
  readonly unscored: number;
  /** Largest absolute difference of a pair, which makes the differences of metrics comparable. */
  readonly largest: number;
}

/** Less is better for all but scores and verdicts. */
export type MetricKind =
  "score" | "verdict" | "failed" | "cost" | "latencyMs" | "inputTokens" | "outputTokens";

export interface LabelChange {
  /** `judge/template` */
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly records: number;
}

export interface SettingDifference {
  readonly name: string;
  /** As JSON; absent if it is not set. */
  readonly first?: string;
  readonly second?: string;
}

/** A record of both sides. */
export interface PairRow {
  /** Place among the pairs, in the order of the first input, from 0. */
  readonly index: number;
  readonly first: ReportRow;
  readonly second: ReportRow;
}

/** A pair with everything that is known about it. */
export interface PairRecord {
  readonly first: ReportRecord;
  readonly second: ReportRecord;
}

/** The pairs of the page. */
export interface PairSource {
  readonly rows: () => Promise<readonly PairRow[]>;
  readonly record: (index: number) => Promise<PairRecord>;
}
