import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonValue } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { readInputLines } from "../input/input-lines.js";
import { writeAtomically } from "../files/write-atomically.js";
import { readKeptPipeline } from "../run/kept-pipeline.js";
import { leafFile, runPaths } from "../run/run-folder.js";

/**
 * Writes one JSONL file per leaf of a pipeline, from the completed file: its rows in the order of
 * the input and, among the rows of one line, in the order in which they were made. A leaf without
 * rows has an empty file. Safe to repeat.
 */
export async function writeLeaves(directory: string, onProgress?: () => void): Promise<void> {
  const { leaves } = await readKeptPipeline(directory);
  const { completed } = runPaths(directory);
  for (const leaf of leaves) {
    await writeAtomically(
      leafFile(directory, leaf, "jsonl"),
      leafText(completed, leaf, onProgress),
      directory,
    );
  }
}

const batchCharacters = 1 << 18;

async function* leafText(
  completed: string,
  leaf: string,
  onProgress?: () => void,
): AsyncGenerator<string, void, undefined> {
  let batch = "";
  for await (const row of rowsOfLeaf(completed, leaf)) {
    batch += `${JSON.stringify(row)}\n`;
    if (batch.length < batchCharacters) continue;
    yield batch;
    onProgress?.();
    batch = "";
  }
  yield batch;
}

/** The rows at a leaf, as a completed file has them. */
export async function* rowsOfLeaf(
  completed: string,
  leaf: string,
): AsyncGenerator<JsonValue, void, undefined> {
  for await (const { text } of readInputLines(completed)) {
    const line = parseJsonText(text);
    const rows = isJsonObject(line) ? line["leaves"] : undefined;
    if (!isJsonArray(rows)) continue;
    for (const each of rows) {
      if (isJsonObject(each) && each["leaf"] === leaf) yield each["row"] ?? {};
    }
  }
}
