import type { JsonObject } from "../../json/json.js";
import type { LineError } from "../line.js";

export const batchStatuses = ["Completed", "Failed", "Canceled"] as const;

/**
 * Status of a batch. `Failed` means that the batch itself failed, e.g. by its timeout. Failed lines
 * do not fail the batch.
 */
export type BatchStatus = (typeof batchStatuses)[number];

/** The fields of promptflow's result. */
export interface BatchResultFields {
  readonly status: BatchStatus;
  /** Number of all lines of the input, including lines that never started. */
  readonly totalLines: number;
  readonly completedLines: number;
  /** Number of all lines that are not completed. */
  readonly failedLines: number;
  /** Number of lines by `node.status`, e.g. `fetch.completed`. */
  readonly nodeStatus: Readonly<Record<string, number>>;
  /** Start time in ISO 8601, UTC. */
  readonly startTime: string;
  /** End time in ISO 8601, UTC. */
  readonly endTime: string;
  /** Metrics of the aggregation, by name. */
  readonly metrics: JsonObject;
  readonly systemMetrics: SystemMetrics;
  readonly errorSummary: ErrorSummary;
}

export interface SystemMetrics {
  readonly totalTokens: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /**
   * Cost in dollars of the answered calls with a known price. Absent if no call costs anything, and
   * if no price is known.
   */
  readonly cost?: number;
  /**
   * Number of answered calls with an unknown price, which are not in `cost`. Absent if there are
   * none.
   */
  readonly unknownCalls?: number;
  /** Seconds from start to end. */
  readonly duration: number;
}

export interface ErrorSummary {
  /**
   * Number of lines that failed because of the user's code, their inputs or a refusal of the API.
   */
  readonly failedUserErrorLines: number;
  readonly failedSystemErrorLines: number;
  /** Errors by line number, ascending. Lines stopped by a cancellation have no error. */
  readonly errorList: readonly FailedLine[];
  /** Errors by node of the aggregation. */
  readonly aggrErrorDict: Readonly<Record<string, LineError>>;
  /** The error of the batch itself. */
  readonly batchErrorDict: LineError | null;
}

export interface FailedLine {
  readonly lineNumber: number;
  readonly error: LineError;
}
