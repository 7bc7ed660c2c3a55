import type { Row } from "../../../domain/graph/graph.js";
import type { JsonValue } from "../../../domain/json/json.js";
import type { SampleDefinition } from "../../definition/definition.js";
import { cellRandom } from "./cell-random.js";
import { createDraw } from "./create-draw.js";
import { drawValue } from "./draw-value.js";

export interface SampleOptions {
  /** Number of rows for a definition that sets none. */
  readonly maxCandidates?: number | undefined;
  /** Rows of the file from which a definition draws. */
  readonly drawn?: readonly Row[];
}

/** Yields the rows of a sampling source, in order. */
export function* sampleRows(
  definition: SampleDefinition,
  { maxCandidates = 0, drawn = [] }: SampleOptions = {},
): Generator<Row, void, undefined> {
  const { rows = maxCandidates, draw, seed = 0 } = definition;
  const drawAt = draw && createDraw(draw, drawn, seed);
  for (let index = 0; index < rows; index += 1) {
    yield sampleRow(definition, index, drawAt?.(index));
  }
}

/**
 * Returns one row, which is the same in every run.
 *
 * @param index index of the row, starting at 0
 * @param drawn columns of the drawn row, which stand beside those of the samplers
 */
export function sampleRow(
  { columns = {}, seed = 0 }: SampleDefinition,
  index: number,
  drawn: Row = {},
): Row {
  const row: Record<string, JsonValue> = { ...drawn };
  for (const [column, sampler] of Object.entries(columns)) {
    row[column] = drawValue(sampler, cellRandom(seed, index, column), row);
  }
  return row;
}
