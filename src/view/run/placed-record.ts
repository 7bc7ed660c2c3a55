import { parseLine, recordOfParsed } from "../../client/report/read-records.js";
import type { RecordFacts } from "../../client/report/read-records.js";
import type { ReportRecord } from "../../domain/report/report-row.js";
import { callOfLine, callsOfLog } from "../../report/record/calls-of-log.js";
import type { PlacedLine } from "../../storage/lines/placed-line.js";

/**
 * Returns the record of a line with its calls. Reads the log only if the line does not contain all
 * calls, because reading the log takes longer than everything else.
 */
export async function placedRecord(
  { place: index, text, isOneCall, log }: PlacedLine,
  facts: RecordFacts,
): Promise<ReportRecord | undefined> {
  const line = parseLine(text);
  if (!line) return undefined;
  const only = isOneCall ? callOfLine(line) : undefined;
  const calls = only ? [only] : callsOfLog(await log(), facts.modelOfStep);
  return recordOfParsed({ index, text, line, calls }, facts);
}
