import type { RecordQuery } from "./record-query.js";
import { everyRecord, isChosen } from "./record-query.js";
import type { PromptAnswers } from "./record-source.js";
import type { ReportRow } from "./report-row.js";

/**
 * The rows that answer the same prompt, in the order of the chosen ones: rows with one id if ids
 * recur, as where each model has a record of its own, otherwise rows with one prompt. A prompt
 * keeps the rows that only the search or another filter leaves out, because the others are to be
 * compared with them.
 */
export function joinRows(
  all: readonly ReportRow[],
  chosen: readonly ReportRow[],
  query: RecordQuery,
): readonly PromptAnswers[] {
  const areIdsAlone = new Set(all.map(({ id }) => id)).size === all.length;
  const keyOf = ({ id, prompt }: ReportRow): string => (areIdsAlone ? prompt : id);
  const rowsOf = new Map(chosen.map((row) => [keyOf(row), new Array<ReportRow>()]));
  for (const row of all) {
    if (isChosen(row, comparedQuery(query))) rowsOf.get(keyOf(row))?.push(row);
  }
  return [...rowsOf.values()].map((rows) => ({ prompt: rows[0]?.prompt ?? "", rows }));
}

/** The part of a query that also chooses among the rows of a prompt. */
export function comparedQuery({ models, groups }: RecordQuery): RecordQuery {
  return { ...everyRecord, models, groups };
}
