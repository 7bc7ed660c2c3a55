import { uniformInt } from "pure-rand/distribution/uniformInt";
import type { Row } from "../../../domain/graph/graph.js";
import { UserError } from "../../../domain/failure/user-error.js";
import { hintOf } from "../../../domain/nearest-match.js";
import type { DrawDefinition } from "../../definition/definition.js";
import { cellRandom } from "./cell-random.js";

/** Replaces a column's name in the random numbers of a draw. No column has this name. */
const drawnBy = "\0draw";

/**
 * Returns a function that draws whole rows of a file. A draw depends only on the seed and the
 * number of the row. Throws a `UserError` for a column that no row has.
 */
export function createDraw(
  draw: DrawDefinition,
  given: readonly Row[],
  seed: number,
): (index: number) => Row {
  const { file, columns, replace = true } = draw;
  const rows = columns ? withColumns(given, columns, file) : given;
  if (rows.length === 0) {
    throw new UserError(`Expected rows to draw in ${JSON.stringify(file)}, found none.`);
  }
  if (replace) {
    return (index) => rows[uniformInt(cellRandom(seed, index, drawnBy), 0, rows.length - 1)] ?? {};
  }
  const order = shuffled(rows.length, seed);
  return (index) => {
    const row = rows[order[index] ?? -1];
    if (row) return row;
    throw new UserError(
      `Expected at most ${rows.length} rows, which is the number of rows in ${JSON.stringify(file)}, because no row is drawn twice. Set \`rows\` to ${rows.length}, or leave out \`replace: false\`.`,
    );
  };
}

function withColumns(
  rows: readonly Row[],
  columns: readonly string[],
  file: string,
): readonly Row[] {
  const known = new Set(rows.flatMap((row) => Object.keys(row)));
  const missing = columns.find((column) => !known.has(column));
  if (missing !== undefined) {
    throw new UserError(
      `Expected the column "${missing}" in ${JSON.stringify(file)}. ${hintOf(missing, [...known])}`,
    );
  }
  return rows.map((row) =>
    Object.fromEntries(columns.map((column) => [column, row[column] ?? null])),
  );
}

/** Shuffles numbers with the algorithm of Fisher and Yates. */
function shuffled(length: number, seed: number): Uint32Array {
  const random = cellRandom(seed, 0, drawnBy);
  const order = Uint32Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last -= 1) {
    const other = uniformInt(random, 0, last);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}
