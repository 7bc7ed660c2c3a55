import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import type { LogLine } from "../../domain/record/log-line.js";
import type { ReportCall, ReportRecord } from "../../domain/report/report-row.js";
import type { Verdict } from "../../domain/scores/judged-line.js";
import { membersOf } from "../../domain/json/json-members.js";
import { tokensOfApi } from "../../providers/registry/registry.js";
import { callsOfLog } from "../../report/record/calls-of-log.js";
import { recordOfLine } from "../../report/record/record-of-line.js";
import { completedTexts } from "../../storage/completed/completed-lines.js";
import { isThere } from "../../storage/files/is-there.js";
import { recordLogs } from "../../storage/log/record-logs.js";
import { outputLines } from "../../storage/completed/output-lines.js";
import { readOutcomes } from "../../storage/log/run-outcomes.js";
import type { RunOutcomes } from "../../storage/log/run-outcomes.js";
import { findManifest, runPaths } from "../../storage/run/run-folder.js";
import { segmentFolders } from "../../storage/run/pipeline/segment-folder.js";

export interface RecordFacts {
  /** Returns the `<api>/<model>` of a pipeline's step, if the step asks one. */
  readonly modelOfStep: (step: string) => string | undefined;
  /** Verdicts by the JSON text of the judged record's id. */
  readonly verdicts: ReadonlyMap<string, readonly Verdict[]>;
}

/**
 * Yields the records of a run that have an outcome so far, with their calls, in the order of the
 * input. For a pipeline with global steps, yields the records of each segment in turn.
 *
 * @param directory the run's state folder
 */
export async function* readRecords(
  directory: string,
  facts: RecordFacts,
): AsyncGenerator<ReportRecord, void, undefined> {
  let index = 0;
  for (const segment of await segmentFolders(directory)) {
    if (!(await findManifest(segment))) continue;
    for await (const { text, log } of loggedLines(segment)) {
      const line = parseLine(text);
      if (!line) continue;
      const calls = callsOfLog(log, facts.modelOfStep);
      yield recordOfParsed({ index, text, line, calls }, facts);
      index += 1;
    }
  }
}

/** A parsed line of the completed file, with the calls of its record. */
export interface ParsedLine {
  readonly index: number;
  readonly text: string;
  readonly line: JsonObject;
  readonly calls: readonly ReportCall[];
}

export function recordOfParsed(
  { index, text, line, calls }: ParsedLine,
  { verdicts }: Pick<RecordFacts, "verdicts">,
): ReportRecord {
  const id = verdicts.size === 0 ? undefined : membersOf(text).get("id");
  return recordOfLine(line, {
    index,
    calls,
    verdicts: (id === undefined ? undefined : verdicts.get(id)) ?? [],
    tokensOf: tokensOfApi,
  });
}

/** Parses a line to an object. Returns `undefined` for a line that was cut off. */
export function parseLine(text: string): JsonObject | undefined {
  try {
    const line = parseJsonText(text);
    return isJsonObject(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

/** A line with the log of its calls. The log is empty if its file is missing. */
interface LoggedLine {
  readonly text: string;
  readonly log: readonly LogLine[];
}

async function* loggedLines(directory: string): AsyncGenerator<LoggedLine, void, undefined> {
  const run = await readOutcomes(directory);
  const logs = recordLogs(run);
  try {
    for await (const text of linesOf(directory, run)) {
      const { value } = await logs.next();
      yield { text, log: value ?? [] };
    }
  } finally {
    await logs.return();
  }
}

/** Yields the lines. Without a completed file, all lines come from one snapshot of the log. */
async function* linesOf(
  directory: string,
  run: RunOutcomes,
): AsyncGenerator<string, void, undefined> {
  const { completed } = runPaths(directory);
  if (await isThere(completed)) {
    yield* completedTexts(completed);
    return;
  }
  for await (const { text } of outputLines(run)) yield text;
}
