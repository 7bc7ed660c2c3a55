import { defined } from "../../domain/defined.js";
import type { JsonObject } from "../../domain/json/json.js";
import { choosePairs, everyPair, ratePairs } from "../../domain/report/pair-query.js";
import type { RatedPair } from "../../domain/report/pair-query.js";
import type { ComparisonReport, PairRecord, PairReport } from "../../domain/report/pair-report.js";
import { isChanged } from "../../domain/report/pair-change.js";
import { tableRow } from "../record/record-table.js";
import { pairRow } from "./compare-records.js";

/** Returns the pairs of a comparison, worse pairs first. */
export function worseFirst(
  { metrics }: Pick<PairReport, "metrics">,
  pairs: readonly PairRecord[],
): readonly RatedPair[] {
  return choosePairs(ratePairs(pairs.map(pairRow), metrics, undefined), everyPair);
}

/** Yields the pairs of all comparisons as rows of a table, worse pairs first. */
// The writers of tables read asynchronously.

export async function* pairTableRows(
  { by, comparisons }: ComparisonReport,
  pairs: readonly (readonly PairRecord[])[],
): AsyncGenerator<JsonObject> {
  for (const [place, comparison] of comparisons.entries()) {
    const { first, second } = comparison;
    const sides = by === undefined ? {} : { first: first.title, second: second.title };
    for (const pair of worseFirst(comparison, pairs[place] ?? [])) {
      yield { ...sides, ...pairCells(pair) };
    }
  }
}

function pairCells({ row, change, gain }: RatedPair): JsonObject {
  const { first, second } = row;
  return {
    id: first.id,
    change,
    answer_changed: isChanged(row),
    ...defined({ gain }),
    prompt: first.prompt,
    ...(second.prompt !== first.prompt && { second_prompt: second.prompt }),
    ...(second.id !== first.id && { second_id: second.id }),
    ...prefixed("first", tableRow(first)),
    ...prefixed("second", tableRow(second)),
  };
}

/** Returns the cells of one side, without cells that both sides share. */
function prefixed(side: string, cells: JsonObject): JsonObject {
  const own = Object.entries(cells).filter(([key]) => key !== "id" && key !== "prompt");
  return Object.fromEntries(own.map(([key, value]) => [`${side}_${key}`, value]));
}
