import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ReuseEntry } from "../../../src/storage/reuse/reuse-entry.js";
import { SpareAnswers } from "../../../src/storage/reuse/spare-answers.js";
import { readAllRowKeys, writeRowKeys } from "../../../src/storage/reuse/row-keys.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const call = 7;

/**
 * Earlier answers to one call, each with its row and the number of its run. The run has one row.
 */
async function spareAnswers(
  ...answers: readonly { readonly row: number | "own"; readonly run: number }[]
): Promise<SpareAnswers> {
  const directory = temporaryFolder();
  const input = join(directory, "input.jsonl");
  writeFileSync(input, '{"place":1}\n');
  await writeRowKeys(directory, input);
  const [own = 0] = await readAllRowKeys(directory);
  const entries = answers.map(({ row, run }, position): ReuseEntry => ({
    call,
    position,
    row: row === "own" ? own : row,
    file: run,
    offset: position,
    length: 1,
  }));
  return new SpareAnswers(directory, {
    allOf: async (number) => entries.filter((entry) => entry.call === number),
    runOf: ({ file }) => `run ${file}`,
  });
}

test("the answer of a row that is not there any more goes to one row, also if it asks again", async () => {
  const spare = await spareAnswers({ row: 11, run: 0 });
  expect(await spare.take(call, 3)).toMatchObject({ row: 11 });
  expect(await spare.take(call, 4)).toBeUndefined();
  expect(await spare.take(call, 3)).toMatchObject({ row: 11 });
  expect(await spare.take(8, 3)).toBeUndefined();
});

test("the answer of a row that is still there stays with it", async () => {
  const spare = await spareAnswers({ row: "own", run: 0 });
  expect(await spare.take(call, 3)).toBeUndefined();
});

test("equal calls of two rows of the latest run go to no other row; earlier runs do not count", async () => {
  const two = await spareAnswers({ row: 11, run: 0 }, { row: 12, run: 0 });
  expect(await two.take(call, 3)).toBeUndefined();
  const one = await spareAnswers({ row: 11, run: 1 }, { row: 12, run: 0 });
  expect(await one.take(call, 3)).toMatchObject({ row: 12 });
});
