import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { StepFailure } from "../../domain/graph/walk/step-value.js";
import type { LeafRow } from "../../domain/graph/walk/walk.js";
import type { JsonValue } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { isThere } from "../files/is-there.js";
import { readInputLines } from "../input/input-lines.js";
import { readGlobalRows } from "../run/pipeline/global-rows.js";
import { readKeptPipeline } from "../run/pipeline/kept-pipeline.js";
import { runPaths } from "../run/run-folder.js";
import { segmentFolder } from "../run/pipeline/segment-folder.js";

export type RowAtLeaf = Pick<LeafRow, "row" | "failure">;

/**
 * Yields the rows at a leaf of a pipeline from its completed files. They are in the order of the
 * input; the rows of one line are in the order in which they were made. Yields none for a leaf that
 * a cancelled run has not reached.
 *
 * @param first state folder of the run, or of its first segment
 */
export async function* rowsAtLeaf(
  first: string,
  leaf: string,
): AsyncGenerator<RowAtLeaf, void, undefined> {
  const { segments } = await readKeptPipeline(first);
  if (segments?.some(({ globals }) => globals.includes(leaf)) === true) {
    for await (const row of readGlobalRows(first, leaf)) yield { row };
    return;
  }
  const found = segments?.findIndex(({ leaves }) => leaves.includes(leaf)) ?? 0;
  const { completed } = runPaths(segmentFolder(first, Math.max(0, found)));
  if (!(await isThere(completed))) return;
  for await (const { text } of readInputLines(completed))
    yield* entriesOf(parseJsonText(text), leaf);
}

function* entriesOf(line: JsonValue, leaf: string): Generator<RowAtLeaf, void, undefined> {
  const rows = isJsonObject(line) ? line["leaves"] : undefined;
  if (!isJsonArray(rows)) return;
  for (const each of rows) {
    if (!isJsonObject(each) || each["leaf"] !== leaf) continue;
    const { row = {}, failure } = each;
    if (!isJsonObject(row)) continue;
    // The rows are ours: only the walk of a pipeline writes them.
    yield { row, ...(failure !== undefined && { failure: failure as unknown as StepFailure }) };
  }
}
