import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { CodeLog, readCodeLog } from "../../../src/storage/batch/code-log.js";

const folder = mkdtempSync(join(tmpdir(), "ostinato-code-log-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("two processes write what their lines print, and each line has its own in order", async () => {
  const path = join(folder, "code-log.jsonl");
  const logs = [new CodeLog(path), new CodeLog(path)];
  const texts = Array.from({ length: 200 }, (_, at) => `text ${at}\nwith a second line\u2028`);
  for (const text of texts) {
    for (const [line, log] of logs.entries()) log.add({ line, node: "grade", text });
  }
  logs[0]?.add({ node: "aggregate", text: "all lines" });
  await Promise.all(logs.map(async (log) => log.close()));
  const expected = texts.map((text) => ({ line: 1, node: "grade", text }));
  expect(await readCodeLog(path, 1)).toEqual(expected);
  expect(await readCodeLog(path, 0)).toHaveLength(200);
  expect(await readCodeLog(path, 2)).toEqual([]);
});

test("a log that can't be written fails no line, and one that is missing is empty", async () => {
  const path = join(folder, "missing", "code-log.jsonl");
  const log = new CodeLog(path);
  log.add({ line: 0, node: "grade", text: "lost" });
  await expect(log.close()).resolves.toBeUndefined();
  expect(await readCodeLog(path, 0)).toEqual([]);
});
