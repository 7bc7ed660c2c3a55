import type { JsonObject, JsonValue } from "../json/json.js";
import type { Spend } from "../money/spending.js";
import type { Verdict } from "../scores/judged-line.js";

/**
 * Status of a row. `dropped` is a row of a pipeline that reached no leaf, because filters ended all
 * of its branches. Records without an outcome have no row: only the summary counts them.
 */
export type RowStatus = "completed" | "failed" | "dropped";

/** A record, row or line of a run, as shown in a table. */
export interface ReportRow {
  /** Index among the records with an outcome, in the order of the input, starting at 0. */
  readonly index: number;
  /** Id of the record, or `line 12`. */
  readonly id: string;
  readonly status: RowStatus;
  /** `<api>/<model>`. Absent for a row that calls several models. */
  readonly model?: string;
  readonly group?: string;
  /** Prompt as text; the inputs of a row or a line. A source may cut it. */
  readonly prompt: string;
  /** Answer as text; empty without an answer. A source may cut it. */
  readonly answer: string;
  readonly error?: RowError;
  /** Length in characters of a prompt or answer that is cut here. */
  readonly promptLength?: number;
  readonly answerLength?: number;
  /** Time of the last send, in ms since the epoch. */
  readonly sentAt?: number;
  readonly latencyMs?: number;
  /** Number of calls, retries included. */
  readonly attempts?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Cost in US dollars. Absent if the price is unknown. */
  readonly cost?: number;
  /** True for an answer that an earlier run paid for. @default false */
  readonly reused?: true;
  /** Dollars that the earlier run paid for a reused answer. Absent if unknown. */
  readonly savedCost?: number;
  /** Scores, verdicts and the user's own short values, by column. */
  readonly values: Readonly<Record<string, RowValue>>;
}

export type RowValue = string | number | boolean;

export interface RowError {
  /** Stable word: `RateLimit`, `Timeout`, `cancelled` … */
  readonly type: string;
  readonly message: string;
}

/** One record with all known data. Its prompt and answer are complete. */
export interface ReportRecord extends ReportRow {
  /** Messages that were sent, if the prompt is more than one text. */
  readonly messages?: readonly ReportMessage[];
  /** All calls in the order of their sends. Empty if the run's log is missing. */
  readonly calls: readonly ReportCall[];
  /** Verdicts of all finished judge runs over these answers. */
  readonly verdicts: readonly Verdict[];
  /** The steps that a row of a pipeline or a line of a flow met; empty for a record. */
  readonly lineage: readonly LineageStep[];
  /** Line of the completed file. */
  readonly line: JsonObject;
}

export interface ReportMessage {
  /** Role: `system`, `user`, `assistant`, `model` … */
  readonly role: string;
  readonly text: string;
}

/** A call to a model. */
export interface ReportCall {
  /**
   * Time of the send in ms since the epoch; 0 if nothing was sent. `finishedAt` has the same unit.
   */
  readonly sentAt: number;
  readonly finishedAt: number;
  /**
   * End of the call. `held`: it met a 429 or an outage and does not count as an attempt. `reused`:
   * the answer comes from an earlier run and was not paid for again.
   */
  readonly end: "answered" | "failed" | "held" | "reused";
  readonly error?: RowError;
  /** HTTP status of a failure. */
  readonly status?: number;
  /** Turn of a chat, starting at 0. */
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
  /** Columns or output after the step, if they are kept. */
  readonly value?: JsonValue;
}
