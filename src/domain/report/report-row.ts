import type { JsonObject, JsonValue } from "../json/json.js";
import type { Spend } from "../money/spending.js";
import type { Verdict } from "../scores/judged-line.js";

/**
 * `dropped`: a row of a pipeline that reached no leaf, because filters ended all of its branches.
 * Records without an outcome have no row: only the summary counts them.
 */
export type RowStatus = "completed" | "failed" | "dropped";

/** A record, row or line of a run, as a table shows it. */
export interface ReportRow {
  /** Place among the records with an outcome, in the order of the input, from 0. */
  readonly index: number;
  /** The record's own id, or `line 12`. */
  readonly id: string;
  readonly status: RowStatus;
  /** `<api>/<model>`. Absent for a row that calls several models. */
  readonly model?: string;
  readonly group?: string;
  /** The prompt as text; the inputs of a row or a line. A source may cut it. */
  readonly prompt: string;
  /** The answer as text, empty without one. A source may cut it. */
  readonly answer: string;
  readonly error?: RowError;
  /** Characters of a whole prompt or answer that is cut here. */
  readonly promptLength?: number;
  readonly answerLength?: number;
  /** Time of the last send, in ms since the epoch. */
  readonly sentAt?: number;
  readonly latencyMs?: number;
  /** Number of calls, retries included. */
  readonly attempts?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** In US dollars. Absent if the price is unknown. */
  readonly cost?: number;
  /** True for an answer that an earlier run paid for. @default false */
  readonly reused?: true;
  /** Dollars that the earlier run paid for a reused answer. Absent if they are unknown. */
  readonly savedCost?: number;
  /** Scores, verdicts and the user's own short values, by column. */
  readonly values: Readonly<Record<string, RowValue>>;
}

export type RowValue = string | number | boolean;

export interface RowError {
  /** A stable word: `RateLimit`, `Timeout`, `cancelled` … */
  readonly type: string;
  readonly message: string;
}

/** One record with everything that is known about it. Its prompt and answer are whole. */
export interface ReportRecord extends ReportRow {
  /** The messages that were sent, if the prompt is more than one text. */
  readonly messages?: readonly ReportMessage[];
  /** All calls in the order of their sends. Empty if the run's log is gone. */
  readonly calls: readonly ReportCall[];
  /** Verdicts of all finished judge runs over these answers. */
  readonly verdicts: readonly Verdict[];
  /** The steps that a row of a pipeline or a line of a flow met; empty for a record. */
  readonly lineage: readonly LineageStep[];
  /** The line of the completed file. */
  readonly line: JsonObject;
}

export interface ReportMessage {
  /** `system`, `user`, `assistant`, `model` … */
  readonly role: string;
  readonly text: string;
}

/** A call to a model. */
export interface ReportCall {
  /** Times in ms since the epoch; `sentAt` is 0 if nothing was sent. */
  readonly sentAt: number;
  readonly finishedAt: number;
  /**
   * `held`: it met a 429 or an outage and does not count as an attempt. `reused`: the answer is
   * that of an earlier run and was not paid for again.
   */
  readonly end: "answered" | "failed" | "held" | "reused";
  readonly error?: RowError;
  /** HTTP status of a failure. */
  readonly status?: number;
  /** Turn of a chat, from 0. */
  readonly turn?: number;
  /** Step of a pipeline or node of a flow. */
  readonly step?: string;
  /** `<api>/<model>`, if known. */
  readonly model?: string;
  /** Set for an answered call of a pipeline or a flow. */
  readonly spend?: Spend;
}

export interface LineageStep {
  readonly step: string;
  readonly status: "completed" | "failed" | "dropped" | "bypassed" | "canceled";
  /** Path of the child among the row's children, e.g. `/3/0`. */
  readonly path?: string;
  readonly error?: RowError;
  /** The columns or the output behind the step, where they are kept. */
  readonly value?: JsonValue;
}
