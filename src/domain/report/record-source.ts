import type { RecordQuery } from "./record-query.js";
import type { ReportRecord, ReportRow } from "./report-row.js";
import type { RunReport } from "./run-report.js";

/**
 * The data of the page. One implementation reads data embedded in the file, another asks a server.
 * The page knows no other way to them.
 */
export interface RecordSource {
  readonly report: () => Promise<RunReport>;
  /** The rows of a query from `offset` on, at most `limit`. */
  readonly page: (query: RecordQuery, range: PageRange) => Promise<RecordPage>;
  readonly record: (index: number) => Promise<ReportRecord>;
  /** The rows of a query by prompt, for models side by side. */
  readonly prompts: (query: RecordQuery, range: PageRange) => Promise<PromptPage>;
  /** True for a column that the source can sort by. @default every column */
  readonly canSort?: (column: string) => boolean;
  /**
   * Calls `onChange` when the run's report or rows have changed. Returns a function that ends it.
   * Absent for data that does not change.
   */
  readonly watch?: (onChange: () => void) => () => void;
}

export interface PageRange {
  readonly offset: number;
  readonly limit: number;
  /** Aborted when nobody waits for the page anymore. */
  readonly signal?: AbortSignalLike;
}

/** The domain has no DOM; an `AbortSignal` of the browser or Node fits. */
export interface AbortSignalLike {
  readonly aborted: boolean;
}

export interface RecordPage {
  /** Rows of the run. */
  readonly total: number;
  /** Rows that the query chooses. */
  readonly matched: number;
  readonly rows: readonly ReportRow[];
  /** Share of the texts that was searched so far. Absent once the search is complete. */
  readonly searched?: number;
}

export interface PromptPage {
  /** Different prompts among the rows that the query chooses. */
  readonly matched: number;
  readonly prompts: readonly PromptAnswers[];
  /** As of `RecordPage`. */
  readonly searched?: number;
}

/** A prompt with its rows, of all models that the query chooses. */
export interface PromptAnswers {
  readonly prompt: string;
  readonly rows: readonly ReportRow[];
}
