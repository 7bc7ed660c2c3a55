import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFileBlocks } from "../../../src/storage/files/file-blocks.js";
import { readRowKey, writeRowKeys } from "../../../src/storage/reuse/row-keys.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

async function keysOf(...lines: readonly string[]): Promise<readonly number[]> {
  const directory = temporaryFolder();
  const input = join(directory, "input.jsonl");
  writeFileSync(input, lines.map((line) => `${line}\n`).join(""));
  await writeRowKeys(directory, input);
  const blocks = openFileBlocks();
  const keys = await Promise.all(
    lines.map(async (_, position) => readRowKey(blocks, directory, position)),
  );
  await blocks.close();
  return keys;
}

test("a row keeps its key wherever it stands", async () => {
  const [a, b] = await keysOf('{"i":1}', '{"i":2}');
  expect(await keysOf('{"i":0}', '{"i":2}', '{"i":1}')).toEqual([expect.any(Number), b, a]);
});

test("equal rows have different keys, the same ones in each run", async () => {
  const first = await keysOf('{"i":1}', '{"i":2}', '{"i":1}', '{"i":1}');
  expect(new Set(first).size).toBe(4);
  expect(await keysOf('{"i":1}', '{"i":1}')).toEqual([first[0], first[2]]);
});

test("a run without keys, and a row beyond the last, have none", async () => {
  const directory = temporaryFolder();
  writeFileSync(join(directory, "input.jsonl"), '{"i":1}\n');
  await writeRowKeys(directory, join(directory, "input.jsonl"));
  const blocks = openFileBlocks();
  expect(await readRowKey(blocks, directory, 1)).toBeNaN();
  await blocks.close();
});
