import type { RecordQuery } from "./record-query.js";
import type { ReportRecord, ReportRow } from "./report-row.js";
import type { RunReport } from "./run-report.js";

/**
 * Source of the page's data. One implementation reads data embedded in the file, another asks a
 * server. The page gets its data only from here.
 */
export interface RecordSource {
  readonly report: () => Promise<RunReport>;
  /** Returns at most `limit` rows of a query, starting at `offset`. */
  readonly page: (query: RecordQuery, range: PageRange) => Promise<RecordPage>;
  readonly record: (index: number) => Promise<ReportRecord>;
  /** Returns the rows of a query grouped by prompt, for models side by side. */
  readonly prompts: (query: RecordQuery, range: PageRange) => Promise<PromptPage>;
  /** True if the source can sort by a column. @default every column */
  readonly canSort?: (column: string) => boolean;
  /**
   * Calls `onChange` when the run's report or rows have changed. Returns a function that stops it.
   * Absent for data that does not change.
   */
  readonly watch?: (onChange: () => void) => () => void;
}

export interface PageRange {
  readonly offset: number;
  readonly limit: number;
  /** Signal that is aborted once nobody waits for the page. */
  readonly signal?: AbortSignalLike;
}

/**
 * Part of an `AbortSignal` that the domain needs, because it has no DOM types. An `AbortSignal` of
 * a browser or Node.js fits.
 */
export interface AbortSignalLike {
  readonly aborted: boolean;
}

export interface RecordPage {
  /** Number of rows of the run. */
  readonly total: number;
  /** Number of rows that match the query. */
  readonly matched: number;
  readonly rows: readonly ReportRow[];
  /** Share of the texts that were searched so far. Absent once the search is complete. */
  readonly searched?: number;
}

export interface PromptPage {
  /** Number of different prompts among the rows that match the query. */
  readonly matched: number;
  readonly prompts: readonly PromptAnswers[];
  /** Share of the texts that were searched so far, as in `RecordPage`. */
  readonly searched?: number;
}

/** A prompt with its rows from all models that match the query. */
export interface PromptAnswers {
  readonly prompt: string;
  readonly rows: readonly ReportRow[];
}
