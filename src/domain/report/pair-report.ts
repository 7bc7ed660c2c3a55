import type { Comparison } from "../scores/comparison.js";
import type { PairedEstimate } from "../statistics/paired-sample.js";
import type { ReportRecord, ReportRow } from "./report-row.js";
import type { Books, FailureKind, ModelReport, Reproduce, RunReport } from "./run-report.js";

/**
 * Comparison of two runs, or of the values of a key within one run. The page shows it, and `report
 * A B --format json` prints it.
 */
export interface ComparisonReport {
  readonly version: 1;
  readonly kind: "comparison";
  /** Time at which the files were read, in ms since the epoch. */
  readonly readAt: number;
  /** Key for the records of one run: `model`, or a key of the input. */
  readonly by?: string;
  /**
   * One comparison for two runs. For one run, one comparison for each value other than the
   * baseline.
   */
  readonly comparisons: readonly PairReport[];
}

/** The second records compared with the first records. A difference is second − first. */
export interface PairReport extends Pick<
  Comparison,
  "joinedBy" | "reason" | "pairs" | "differentPrompts"
> {
  readonly first: PairSide;
  readonly second: PairSide;
  /** Ids or lines of records without a partner. */
  readonly onlyFirst: UnpairedRecords;
  readonly onlySecond: UnpairedRecords;
  /** Numbers of pairs by change. pairs = worse + changed + better + same */
  readonly changes: PairCounts;
  /** Number of pairs in which exactly one record failed. */
  readonly failedInOne: number;
  /**
   * Metrics: scores and verdicts first, with the largest loss first, then failures, cost, time and
   * tokens.
   */
  readonly metrics: readonly PairMetric[];
  /** Changes of verdicts that are words, by judge and template. */
  readonly labels: readonly LabelChange[];
  /** Settings with different values. */
  readonly settings: readonly SettingDifference[];
}

export interface UnpairedRecords {
  readonly count: number;
  /** First ids or lines. */
  readonly examples: readonly string[];
}

/** Numbers of pairs by change. `changed` means another answer that is neither worse nor better. */
export interface PairCounts {
  readonly worse: number;
  readonly changed: number;
  readonly better: number;
  readonly same: number;
}

/** The records of one side, including records without a partner. */
export interface PairSide extends Pick<
  RunReport,
  "name" | "kind" | "state" | "startedAt" | "finishedAt"
> {
  /** Title: the name of the run, or the value of the key. */
  readonly title: string;
  /** Local time of the start, as in the names of the run's files. */
  readonly stamp: string;
  readonly books: Books;
  readonly models: readonly ModelReport[];
  readonly failures: readonly FailureKind[];
  readonly reproduce: Reproduce;
}

/** A number per record. Booleans count as 1 and 0. */
export interface PairMetric extends Omit<PairedEstimate, "count"> {
  readonly kind: MetricKind;
  /** Name: the scorer's key or `judge/template`. For other metrics, the same as the kind. */
  readonly name: string;
  /** Number of pairs with the number in both records. */
  readonly compared: number;
  readonly worse: number;
  readonly same: number;
  readonly better: number;
  /** Number of pairs in which a record lacks the number. */
  readonly unscored: number;
  /**
   * Largest absolute difference of a pair. Relative to it, the differences of metrics are
   * comparable.
   */
  readonly largest: number;
}

/** Kind of a metric. For all kinds except scores and verdicts, less is better. */
export type MetricKind =
  "score" | "verdict" | "failed" | "cost" | "latencyMs" | "inputTokens" | "outputTokens";

export interface LabelChange {
  /** Judge and template, as `judge/template`. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly records: number;
}

export interface SettingDifference {
  readonly name: string;
  /** Value as JSON; absent if it is not set. */
  readonly first?: string;
  readonly second?: string;
}

/** A row with the records of both sides. */
export interface PairRow {
  /** Index among the pairs, in the order of the first input, starting at 0. */
  readonly index: number;
  readonly first: ReportRow;
  readonly second: ReportRow;
}

/** A pair with all known data. */
export interface PairRecord {
  readonly first: ReportRecord;
  readonly second: ReportRecord;
}

/** Source of the page's pairs. */
export interface PairSource {
  readonly rows: () => Promise<readonly PairRow[]>;
  readonly record: (index: number) => Promise<PairRecord>;
}
