import { comparedQuery } from "../../domain/report/joined-rows.js";
import type { RecordQuery } from "../../domain/report/record-query.js";
import type { RecordTable } from "./record-table.js";

/** More rows of one prompt are not sent. */
const mostRows = 100;

/** The first places of the prompts of chosen rows, in their order. */
export function joinedRows(table: RecordTable, chosen: Uint32Array): Uint32Array {
  const joins = table.joins();
  const isSeen = new Uint8Array(table.places);
  const prompts = new Uint32Array(chosen.length);
  let count = 0;
  for (const place of chosen) {
    const first = joins[place] ?? 0;
    if (isSeen[first] === 1) continue;
    isSeen[first] = 1;
    prompts[count] = first;
    count += 1;
  }
  return prompts.subarray(0, count);
}

/**
 * The places of the rows of each prompt. Only the query's models and groups choose among them.
 *
 * @param prompts first places of prompts, as of `joinedRows`
 */
export function rowsOfPrompts(
  table: RecordTable,
  prompts: Uint32Array,
  query: RecordQuery,
): readonly (readonly number[])[] {
  const joins = table.joins();
  const rowsOf = new Map([...prompts].map((first) => [first, new Array<number>()]));
  const isWanted = new Uint8Array(table.places);
  for (const first of prompts) isWanted[first] = 1;
  for (const place of table.choose(comparedQuery(query))) {
    const first = joins[place] ?? 0;
    if (isWanted[first] === 0) continue;
    const rows = rowsOf.get(first);
    if (rows && rows.length < mostRows) rows.push(place);
  }
  return [...rowsOf.values()];
}
