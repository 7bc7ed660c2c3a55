import type { RecordQuery } from "./record-query.js";
import { everyRecord, isChosen } from "./record-query.js";
import type { PromptAnswers } from "./record-source.js";
import type { ReportRow } from "./report-row.js";

/**
 * Groups rows that answer the same prompt, in the order of the chosen rows. If ids occur several
 * times, as with one record per model, rows with the same id belong together; otherwise rows with
 * the same prompt. A group includes rows that only the search or another filter excludes, because
 * the chosen rows are compared with them.
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

/** Returns the part of a query that also filters the rows of a prompt. */
export function comparedQuery({ models, groups }: RecordQuery): RecordQuery {
  return { ...everyRecord, models, groups };
}
