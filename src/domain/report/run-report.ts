import type { GitState } from "../experiment/experiment.js";
import type { JsonObject } from "../json/json.js";
import type { Spending } from "../money/spending.js";
import type { ScoreRow } from "../scores/line-scoring.js";
import type { Interval } from "../statistics/interval.js";

/**
 * The summary of a run. The page shows it above its table, and `report --format json` prints it. It
 * is the contract between the reader of a run's files, the page, and the server of the page.
 */
export interface RunReport {
  readonly version: 1;
  readonly name: string;
  readonly kind: "experiment" | "pipeline" | "batch";
  readonly state: ReportState;
  /** Time at which the files were read, in ms since the epoch. */
  readonly readAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly books: Books;
  /** Failed records by the type of their error, the most frequent first. */
  readonly failures: readonly FailureKind[];
  /** Models by `<api>/<model>`, in the order of first use. */
  readonly models: readonly ModelReport[];
  /** Calls over time. Absent if no send has a time. */
  readonly pace?: Pace;
  readonly scores: readonly ScoreRow[];
  /** One row per judge and template. */
  readonly verdicts: readonly ReportVerdict[];
  /** Set for two or more judges. */
  readonly agreement?: ReportAgreement;
  /** Set for a pipeline and for a batch run. */
  readonly graph?: ReportGraph;
  /** Metrics of the aggregation of a batch run that has ended, by name. */
  readonly metrics?: JsonObject;
  /** Errors of the aggregation and of the batch run itself, in sentences. */
  readonly batchErrors?: readonly string[];
  /** Costs by step of a pipeline or node of a flow. Steps without a cost are left out. */
  readonly stepCosts?: readonly StepCost[];
  /** Cost of the judges' verdicts in this report. Absent if no price is known. */
  readonly judgesMoney?: ReportMoney;
  /**
   * Cost of the run's other stages, which are not in `models` and `stepCosts`. Absent if these cost
   * nothing.
   */
  readonly stageMoney?: readonly StageMoney[];
  /** Columns of `ReportRow.values`, in the order of the table. */
  readonly valueColumns: readonly string[];
  readonly groups: readonly string[];
  readonly reproduce: Reproduce;
}

/**
 * State of a run. `unfinished` means that the run has not written its completed file. The server
 * may know more.
 */
export type ReportState =
  "unfinished" | "running" | "paused" | "blocked" | "finished" | "cancelled" | "failed";

/** Numbers of records. input = completed + failed + dropped + open. At the end, `open` is 0. */
export interface Books {
  readonly input: number;
  readonly completed: number;
  readonly failed: number;
  /** Number of rows of a pipeline that reached no leaf. */
  readonly dropped: number;
  /** Number of records without an outcome: not sent yet, in flight, or not needed. */
  readonly open: number;
}

export interface FailureKind {
  readonly type: string;
  readonly records: number;
  /** Message of one of these failures. */
  readonly example: string;
  /** Index of the record with this message. */
  readonly exampleIndex: number;
}

export interface ModelReport {
  readonly model: string;
  /** Number of records of the model; for pipelines and flows, of calls. */
  readonly completed: number;
  readonly failed: number;
  /** Latency of the completed records or calls, within 1 %. */
  readonly latency?: LatencyReport;
  /** Sums of the API's own counts. Absent if the API reports none. */
  readonly tokens?: { readonly input: number; readonly output: number };
  readonly money?: ReportMoney;
  /**
   * Answers that earlier runs paid for, and their known cost in US dollars at that time. They are
   * counted only in `completed`. Absent if there are none.
   */
  readonly reused?: { readonly answers: number; readonly dollars: number };
}

/** Known cost in US dollars, and the number of answers with an unknown price. */
export interface ReportMoney {
  readonly dollars: number;
  readonly unpriced: number;
}

export interface StageMoney extends ReportMoney {
  readonly stage: "rephrase" | "aggregation";
}

/** The spending on the answered calls of a step. */
export interface StepCost extends Spending {
  readonly step: string;
  readonly calls: number;
}

export interface LatencyReport {
  readonly p5Ms: number;
  readonly p25Ms: number;
  readonly medianMs: number;
  readonly p75Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** Calls in buckets of equal width. */
export interface Pace {
  /** Start of the first bucket, in ms since the epoch. */
  readonly startMs: number;
  readonly bucketMs: number;
  /** Number of answered sends by bucket. */
  readonly answered: readonly number[];
  /** Number of sends that failed or were held back, by bucket. */
  readonly failed: readonly number[];
  /** Limits that the groups had at the start, with their requests per minute. */
  readonly limits: readonly { readonly key: string; readonly requestsPerMinute: number }[];
}

export interface ReportVerdict {
  readonly judge: string;
  readonly template: string;
  readonly scored: number;
  readonly unscored: number;
  readonly mean?: number;
  readonly interval?: Interval | undefined;
  readonly labels?: readonly { readonly label: string; readonly records: number }[];
}

/**
 * Agreement between judges beyond chance: 1 is full agreement, 0 is chance, below 0 is worse than
 * chance. An item is one answer with one template. A coefficient is absent if it is undefined: no
 * ratings are comparable, or all verdicts are the same.
 */
export interface ReportAgreement {
  readonly judges: readonly string[];
  readonly items: number;
  /**
   * Items without a verdict from every judge. The kappas ignore them; alpha uses the verdicts that
   * exist.
   */
  readonly unscored: number;
  /** Set for two judges. */
  readonly cohensKappa?: number;
  /** Set for three or more judges. */
  readonly fleissKappa?: number;
  /** Set for three or more judges, or if all verdicts are numbers. */
  readonly krippendorffsAlpha?: number;
}

export interface ReportGraph {
  readonly steps: readonly ReportStep[];
  readonly edges: readonly ReportEdge[];
}

export interface ReportStep {
  readonly name: string;
  /** A built-in step, or a user's function. */
  readonly use: string;
  readonly models: readonly string[];
  readonly done: number;
  readonly failed: number;
  readonly dropped: number;
}

export interface ReportEdge {
  readonly from: string;
  readonly to: string;
  /** Number of rows that went this way. Absent if the counts of the steps do not determine it. */
  readonly rows?: number;
}

/** Everything that is needed to run the experiment again. Unknown facts are absent. */
export interface Reproduce {
  readonly command?: string;
  readonly settings: JsonObject;
  /** Versions by program: `ostinato`, `node`. */
  readonly versions: Readonly<Record<string, string>>;
  readonly files: readonly HashedFile[];
  readonly git?: GitState;
  /** Price lists of the run, with their date. */
  readonly prices?: string;
}

export interface HashedFile {
  readonly role: "input" | "output";
  /** Path below the data folder. */
  readonly path: string;
  readonly sha256: string;
}
