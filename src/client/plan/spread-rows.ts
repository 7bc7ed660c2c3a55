import type { JsonObject } from "../../domain/json/json.js";

export interface SpreadRows {
  readonly add: (row: JsonObject) => void;
  /** At most 50 rows, evenly spread over those that were added. */
  readonly picked: readonly JsonObject[];
  /** Number of rows that are run. */
  readonly count: () => number;
}

const mostPicked = 50;

/**
 * Picks rows from a stream of unknown length: every row at first, and every other of them each time
 * that there are too many.
 *
 * @param most number of rows that are run, from the first
 */
export function spreadRows(most = Infinity): SpreadRows {
  const picked: JsonObject[] = [];
  let count = 0;
  let every = 1;
  return {
    picked,
    count: () => count,
    add: (row) => {
      if (count >= most) return;
      if (count % every === 0) picked.push(row);
      count += 1;
      if (picked.length <= mostPicked) return;
      const kept = picked.filter((_, index) => index % 2 === 0);
      picked.splice(0, picked.length, ...kept);
      every *= 2;
    },
  };
}
