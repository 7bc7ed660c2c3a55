import { comparedQuery } from "../../domain/report/joined-rows.js";
import type { RecordQuery } from "../../domain/report/record-query.js";
import type { RecordTable } from "./record-table.js";

/** Maximum number of rows of one prompt that are sent. */
const mostRows = 100;

/** Returns a place for each prompt of the chosen rows, in order. */
export function joinedRows(table: RecordTable, chosen: Uint32Array): Uint32Array {
  const joins = table.joins();
  const isSeen = new Uint8Array(table.places);
  const prompts = new Uint32Array(chosen.length);
  let count = 0;
  for (const place of chosen) {
    const first = joins.firstOf(place);
    if (isSeen[first] === 1) continue;
    isSeen[first] = 1;
    prompts[count] = first;
    count += 1;
  }
  return prompts.subarray(0, count);
}

/**
 * Returns the places of the rows of each prompt. They are filtered only by the query's models and
 * groups.
 *
 * @param prompts a place of each prompt, from `joinedRows`
 */
export function rowsOfPrompts(
  table: RecordTable,
  prompts: Uint32Array,
  query: RecordQuery,
): readonly (readonly number[])[] {
  const joins = table.joins();
  const isChosen = table.fits(comparedQuery(query));
  return [...prompts].map((first) => joins.placesOf(first).filter(isChosen).slice(0, mostRows));
}
