import { isJsonObject } from "../../domain/json/json.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { SearchedTexts } from "../../domain/report/record-query.js";
import type { ReportRecord, ReportRow } from "../../domain/report/report-row.js";
import { searchedTexts } from "../../report/record/record-of-line.js";

/** Maximum length in characters of a text in the table. The record has the whole text. */
const shownCharacters = 400;

/** Returns the texts of a line for a search; `undefined` for a line that was cut off. */
export function textsOfLine(place: number, text: string): SearchedTexts | undefined {
  try {
    const line = JSON.parse(text) as JsonValue;
    return isJsonObject(line) ? searchedTexts(line, place) : undefined;
  } catch {
    return undefined;
  }
}

const beyondRow = new Set(["messages", "calls", "verdicts", "lineage", "line"]);

/**
 * Returns the row of a record without the record's details, which keeps the answers of the server
 * short.
 */
export function rowOf(record: ReportRecord): ReportRow {
  // Only parts that do not belong to a row are left out.
  return Object.fromEntries(
    Object.entries(record).filter(([key]) => !beyondRow.has(key)),
  ) as unknown as ReportRow;
}

export function shortened(row: ReportRow): ReportRow {
  const { prompt, answer } = row;
  return {
    ...row,
    prompt: prompt.slice(0, shownCharacters),
    answer: answer.slice(0, shownCharacters),
    ...(prompt.length > shownCharacters && { promptLength: prompt.length }),
    ...(answer.length > shownCharacters && { answerLength: answer.length }),
  };
}
