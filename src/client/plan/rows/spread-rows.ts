export interface SpreadRows<Row> {
  readonly add: (row: Row) => void;
  /** At most 50 rows, evenly spread over those that were added. */
  readonly picked: readonly Row[];
  /** Number of rows that were added. */
  readonly count: () => number;
}

const mostPicked = 50;

/**
 * Picks rows from a stream of unknown length: every row at first, and every other of them each time
 * that there are too many.
 */
export function spreadRows<Row>(): SpreadRows<Row> {
  const picked: Row[] = [];
  let count = 0;
  let every = 1;
  return {
    picked,
    count: () => count,
    add: (row) => {
      if (count % every === 0) picked.push(row);
      count += 1;
      if (picked.length <= mostPicked) return;
      const kept = picked.filter((_, index) => index % 2 === 0);
      picked.splice(0, picked.length, ...kept);
      every *= 2;
    },
  };
}
