import { outputLine } from "../../domain/flow/result/line-output.js";
import { writeAtomically } from "../files/write-atomically.js";
import { runPaths } from "../run/run-folder.js";
import { readBatchLines } from "./batch-lines.js";

const batchCharacters = 1 << 18;

/**
 * Writes the outputs of a run's completed lines, from its completed file, in the order of the
 * lines. Safe to repeat.
 */
export async function writeOutput(directory: string): Promise<void> {
  const { completed, output } = runPaths(directory);
  await writeAtomically(output, outputText(completed), directory);
}

async function* outputText(completed: string): AsyncGenerator<string, void, undefined> {
  let batch = "";
  for await (const { number, end } of readBatchLines(completed)) {
    if (end.status !== "completed") continue;
    batch += `${outputLine(number, end.output ?? {})}\n`;
    if (batch.length < batchCharacters) continue;
    yield batch;
    batch = "";
  }
  yield batch;
}
