import type { JsonObject } from "../../json/json.js";
import type { LineError } from "../line.js";

export const batchStatuses = ["Completed", "Failed", "Canceled"] as const;

/**
 * `Failed` only if the batch itself failed, e.g. by its timeout: failed lines do not make it so.
 */
export type BatchStatus = (typeof batchStatuses)[number];

/** The fields of promptflow's result. */
export interface BatchResultFields {
  readonly status: BatchStatus;
  /** All lines of the input, also those that were never started. */
  readonly totalLines: number;
  readonly completedLines: number;
  /** All lines that are not completed. */
  readonly failedLines: number;
  /** Lines by `node.status`, e.g. `fetch.completed`. */
  readonly nodeStatus: Readonly<Record<string, number>>;
  /** ISO 8601, UTC. */
  readonly startTime: string;
  /** ISO 8601, UTC. */
  readonly endTime: string;
  /** By name, from the aggregation. */
  readonly metrics: JsonObject;
  readonly systemMetrics: SystemMetrics;
  readonly errorSummary: ErrorSummary;
}

export interface SystemMetrics {
  readonly totalTokens: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /**
   * Dollars for the answered calls of known price. Absent if no call costs anything, and if no
   * price is known.
   */
  readonly cost?: number;
  /** Answered calls of unknown price, which `cost` lacks. Absent if there are none. */
  readonly unknownCalls?: number;
  /** Seconds from start to end. */
  readonly duration: number;
}

export interface ErrorSummary {
  /** Lines that failed by the user's code, by their inputs or by a refusal of the API. */
  readonly failedUserErrorLines: number;
  readonly failedSystemErrorLines: number;
  /** By line number, ascending. Lines that a cancel has stopped have no error. */
  readonly errorList: readonly FailedLine[];
  /** By node of the aggregation. */
  readonly aggrErrorDict: Readonly<Record<string, LineError>>;
  /** The error of the batch itself. */
  readonly batchErrorDict: LineError | null;
}

export interface FailedLine {
  readonly lineNumber: number;
  readonly error: LineError;
}
