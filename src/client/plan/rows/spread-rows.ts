export interface SpreadRows<Row> {
  readonly add: (row: Row) => void;
  /** At most 50 rows, evenly spread over the added rows. */
  readonly picked: readonly Row[];
  /** Number of rows that were added. */
  readonly count: () => number;
}

const mostPicked = 50;

/**
 * Picks rows from a stream of unknown length. It keeps every row at first, and drops every second
 * row each time there are too many.
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
