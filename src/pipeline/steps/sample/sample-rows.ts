import type { Row } from "../../../domain/graph/graph.js";
import type { JsonValue } from "../../../domain/json/json.js";
import type { SampleDefinition } from "../../definition/definition.js";
import { cellRandom } from "./cell-random.js";
import { drawValue } from "./draw-value.js";

/** The rows of a sampling source, in order. */
export function* sampleRows(definition: SampleDefinition): Generator<Row, void, undefined> {
  for (let index = 0; index < definition.rows; index += 1) yield sampleRow(definition, index);
}

/** One row: the same in every run. @param index from 0 */
export function sampleRow({ columns, seed = 0 }: SampleDefinition, index: number): Row {
  const row: Record<string, JsonValue> = {};
  for (const [column, sampler] of Object.entries(columns)) {
    row[column] = drawValue(sampler, cellRandom(seed, index, column), row);
  }
  return row;
}
