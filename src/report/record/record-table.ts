import { defined } from "../../domain/defined.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { ReportRow } from "../../domain/report/report-row.js";

/** Columns that every table of records has, in their order. */
export const recordColumns = ["id", "status", "model", "group", "prompt", "answer"] as const;

/**
 * Returns a record as a row of a table. A column of the user with the name of one of our columns is
 * left out.
 */
export function tableRow(row: ReportRow): JsonObject {
  const { id, status, model, group, prompt, answer, error, values } = row;
  return {
    ...values,
    id,
    status,
    prompt,
    answer,
    ...defined({
      model,
      group,
      error_type: error?.type,
      error_message: error?.message,
      latency_ms: row.latencyMs,
      attempts: row.attempts,
      input_tokens: row.inputTokens,
      output_tokens: row.outputTokens,
      cost: row.cost,
    }),
  };
}
