import type { ValueComparison } from "../../domain/scores/comparison.js";
import { createScoredColumns, scoredLines } from "../scorers/scored-columns.js";
import { compareColumns } from "./compare.js";
import { createValueGroups } from "./value-groups.js";
import type { ValuesOfKey } from "./value-groups.js";

export interface CompareValuesOptions extends ValuesOfKey {
  /** Keys of the scores, as for `createScoredColumns`. */
  readonly keys?: readonly string[];
}

/**
 * Compares the records of one file: the records of each value of a key with the records of the
 * baseline, in the order in which the values occur. Throws a `UserError` if there are too few or
 * too many values.
 */
export async function compareValues(
  texts: AsyncIterable<string>,
  { keys = [], ...values }: CompareValuesOptions,
): Promise<readonly ValueComparison[]> {
  const groups = createValueGroups(values, (value) => createScoredColumns(value, keys));
  for await (const line of scoredLines(texts)) groups.of(line.record)?.add(line);
  const { baseline, others } = groups.all();
  return others.map(({ value, group }) => ({
    first: baseline.value,
    second: value,
    ...compareColumns(baseline.group, group),
  }));
}
