import { isJsonObject } from "../../domain/json/json.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { SearchedTexts } from "../../domain/report/record-query.js";
import type { ReportRecord, ReportRow } from "../../domain/report/report-row.js";
import { searchedTexts } from "../../report/record/record-of-line.js";

/** The table shows the start of a text; the record has all of it. */
const shownCharacters = 400;

/**
 * The texts of a line that a search looks through. Returns `undefined` for a line that was cut off.
 */
export function textsOfLine(place: number, text: string): SearchedTexts | undefined {
  try {
    const line = JSON.parse(text) as JsonValue;
    return isJsonObject(line) ? searchedTexts(line, place) : undefined;
  } catch {
    return undefined;
  }
}

const beyondRow = new Set(["messages", "calls", "verdicts", "lineage", "line"]);

/** A row has less than a record, to keep the answers of the server short. */
export function rowOf(record: ReportRecord): ReportRow {
  // Only the parts beyond the row are left out.
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
