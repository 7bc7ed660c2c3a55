import { isJsonObject } from "../../../domain/json/json.js";
import type { JsonObject } from "../../../domain/json/json.js";
import { parseJsonText } from "../../../domain/json/json-text.js";
import type { ExperimentSettings } from "../../../domain/experiment/experiment.js";
import { lineNumberColumn } from "../../../domain/flow/inputs/line-number.js";
import type { LineEnd } from "../../../domain/flow/line.js";
import type { BatchLine } from "../../../storage/batch/batch-lines.js";
import { importLines } from "../../../storage/batch/import-lines.js";
import type { ImportedRun } from "../../../storage/batch/import-lines.js";
import type { PromptflowLine } from "../../../storage/batch/promptflow-run.js";
import { readInputLines } from "../../../storage/input/input-lines.js";

/** Record of an ended line: its inputs, its outputs or error, and its nodes. */
export interface LineRecord extends LineEnd {
  readonly lineNumber: number;
  readonly inputs: JsonObject;
  /** Start time in ms since the epoch; 0 if the line never started. */
  readonly startedAt: number;
  /** End time in ms since the epoch. */
  readonly endedAt: number;
}

/** Your own storage for the records of lines, such as a database or a bucket. */
export interface LineStorage {
  /** Saves a record and replaces an earlier record of the same line. */
  readonly save: (record: LineRecord) => Promise<void>;
  /** Returns a line's record, or `undefined` if the line has none. */
  readonly load: (lineNumber: number) => Promise<LineRecord | undefined>;
}

/** Saves the ended lines of a run, except for lines that a cancellation has stopped. */
export async function saveLines(
  storage: Pick<LineStorage, "save">,
  lines: AsyncIterable<BatchLine>,
): Promise<void> {
  for await (const { number: lineNumber, inputs, end, sentAt, finishedAt } of lines) {
    if (sentAt === 0 && end.error?.type !== undefined && stopped.has(end.error.type)) continue;
    await storage.save({ lineNumber, inputs, ...end, startedAt: sentAt, endedAt: finishedAt });
  }
}

const stopped: ReadonlySet<string> = new Set(["cancelled", "BatchRunTimeout"]);

/**
 * Imports a storage's records of some lines as a finished run, so that another run can resume from
 * it.
 *
 * @param inputPath file with the lines, whose numbers are looked up in the storage
 * @param settings settings with the name of the new run
 */
export async function importStored(
  storage: Pick<LineStorage, "load">,
  inputPath: string,
  settings: ExperimentSettings,
): Promise<ImportedRun> {
  const lines = async function* (): AsyncGenerator<PromptflowLine, void, undefined> {
    for await (const { text } of readInputLines(inputPath)) {
      const line = parseJsonText(text);
      const number = isJsonObject(line) ? line[lineNumberColumn] : undefined;
      const record = typeof number === "number" ? await storage.load(number) : undefined;
      if (record) yield lineOf(record);
    }
  };
  return importLines({ name: settings.name, metrics: {}, keptBy: "reference", lines }, settings);
}

function lineOf({ lineNumber, inputs, startedAt, endedAt, ...end }: LineRecord): PromptflowLine {
  const { input_tokens: input = 0, output_tokens: output = 0 } = end.usage ?? {};
  return { number: lineNumber, inputs, end, tokens: { input, output }, startedAt, endedAt };
}
