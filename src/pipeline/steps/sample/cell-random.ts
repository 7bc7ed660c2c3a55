import { createHash } from "node:crypto";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

export type CellRandom = ReturnType<typeof xoroshiro128plusFromState>;

/**
 * Random numbers of one cell. They depend only on seed, row and column, so that a row has the same
 * values in every run, and a new column does not change other columns. 128 bits keep the cells of
 * large datasets apart.
 */
export function cellRandom(seed: number, row: number, column: string): CellRandom {
  const digest = createHash("sha256")
    .update(JSON.stringify([seed, row, column]))
    .digest();
  return xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)));
}
