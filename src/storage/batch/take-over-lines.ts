import type { Flow } from "../../domain/flow/flow.js";
import { keptFor } from "../../domain/flow/kept-for.js";
import { TakeOverTally, takeOverLines } from "../../domain/flow/resume/take-over-lines.js";
import type { ResumedLine } from "../../domain/flow/resume/take-over-lines.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { CompletedOutcome } from "../../domain/record/outcome.js";
import { rowsGroup } from "../index/build-row-index.js";
import { readInputLines } from "../input/input-lines.js";
import type { LineOfGroup } from "../log/write-logs-whole.js";
import { writeLogsWhole } from "../log/write-logs-whole.js";
import { readKeptFlow } from "../run/kept-flow.js";
import { runPaths } from "../run/run-folder.js";
import { readBatchLines } from "./batch-lines.js";
import type { BatchLine } from "./batch-lines.js";

export interface EarlierRun {
  /** State folder of the new run, with its index. */
  readonly directory: string;
  readonly inputPath: string;
  /** State folder of the earlier run. */
  readonly earlier: string;
}

/**
 * Copies the completed lines of an earlier run by their numbers, so that they do not run again.
 * Safe to repeat.
 */
export async function takeOverCompleted({
  directory,
  inputPath,
  earlier,
}: EarlierRun): Promise<void> {
  const { flow } = await readKeptFlow(directory);
  const before = readBatchLines(runPaths(earlier).completed);
  const taken = takeOverLines(newLines(inputPath), asEarlier(before), new TakeOverTally());
  const place = { directory, slugs: [rowsGroup], writer: "taken-over" };
  await writeLogsWhole(place, outcomesOf(taken, flow));
}

interface NewLine extends ResumedLine {
  readonly position: number;
}

async function* newLines(inputPath: string): AsyncGenerator<NewLine, void, undefined> {
  let position = 0;
  for await (const { text } of readInputLines(inputPath)) {
    // The lines are ours: only the start of a run writes them.
    const line = parseJsonText(text) as {
      readonly line_number: number;
      readonly inputs: JsonObject;
    };
    yield { position, number: line.line_number, inputs: line.inputs };
    position += 1;
  }
}

type Earlier = BatchLine & Pick<BatchLine["end"], "status">;

async function* asEarlier(
  lines: AsyncIterable<BatchLine>,
): AsyncGenerator<Earlier, void, undefined> {
  for await (const line of lines) yield { ...line, status: line.end.status };
}

async function* outcomesOf(
  taken: ReturnType<typeof takeOverLines<NewLine, Earlier>>,
  flow: Flow,
): AsyncGenerator<LineOfGroup, void, undefined> {
  for await (const { line, earlier } of taken) {
    const kept = earlier && keptFor(flow, { inputs: earlier.inputs, kept: earlier.end.kept });
    if (!kept) continue;
    const { sentAt, finishedAt, attempts, end } = earlier;
    const facts = { sentAt, finishedAt, attempts, response: null, line: { ...end, kept } };
    const outcome: CompletedOutcome = { status: "completed", ...facts };
    const { position } = line;
    yield { slug: rowsGroup, line: { kind: "outcome", position, finishedAt, outcome } };
  }
}
