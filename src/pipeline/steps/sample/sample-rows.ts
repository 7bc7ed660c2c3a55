import type { Row } from "../../../domain/graph/graph.js";
import type { JsonValue } from "../../../domain/json/json.js";
import type { SampleDefinition } from "../../definition/definition.js";
import { cellRandom } from "./cell-random.js";
import { createDraw } from "./draw-rows.js";
import { drawValue } from "./draw-value.js";

export interface SampleOptions {
  /** The number of rows of a definition that names none. */
  readonly maxCandidates?: number | undefined;
  /** The rows of the file from which a definition draws. */
  readonly drawn?: readonly Row[];
}

/** The rows of a sampling source, in order. */
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
 * One row: the same in every run.
 *
 * @param index from 0
 * @param drawn the columns that stand beside those of the samplers
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
