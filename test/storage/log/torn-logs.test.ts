import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { entryBytes } from "../../../src/storage/log/log-entry.js";
import { encodeLine } from "../../../src/storage/log/log-files.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { appendLog, readerOf } from "./logged.js";
import { completedLine, failedAttempt } from "../run/prepared-run.js";

describe("after a crash", () => {
  const lines = [completedLine(0), failedAttempt(1), completedLine(2)];

  test.each([0, 1, 2])(
    "lines that %i positions miss are found in the log",
    async (withPositions) => {
      const directory = temporaryFolder();
      appendLog(directory, "all.a", { lines, withPositions });
      const reader = await readerOf(directory);
      expect(reader.table.counts().completed).toBe(2);
      expect(reader.table.attemptsOf(1)).toBe(1);
      expect(await reader.readOutcome(2)).toEqual(lines[2]);
    },
  );

  test("a log without positions is read by itself", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a", { lines });
    rmSync(join(directory, "all.a.positions"));
    expect((await readerOf(directory)).table.counts().completed).toBe(2);
  });

  test("positions that come later than their lines change nothing", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a", { lines });
    const positions = join(directory, "all.a.positions");
    const all = readFileSync(positions);
    truncateSync(positions, entryBytes);
    const reader = await readerOf(directory);
    appendFileSync(positions, all.subarray(entryBytes));
    await reader.refresh();
    appendLog(directory, "all.a", { lines: [failedAttempt(1)] });
    await reader.refresh();
    expect(reader.table.counts().completed).toBe(2);
    expect(reader.table.repeatedCalls()).toBe(0);
    expect(reader.table.attemptsOf(1)).toBe(2);
  });

  test.each([1, 31])("%i bytes of a torn position are left until it is whole", async (bytes) => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a", { lines });
    const positions = join(directory, "all.a.positions");
    const all = readFileSync(positions);
    writeFileSync(positions, all.subarray(0, 2 * entryBytes + bytes));
    const reader = await readerOf(directory);
    expect(reader.table.counts().completed).toBe(2);
    writeFileSync(positions, all);
    appendLog(directory, "all.a", { lines: [completedLine(3)] });
    await reader.refresh();
    expect(reader.table.counts().completed).toBe(3);
    expect(reader.table.repeatedCalls()).toBe(0);
  });

  test("zeros that a power cut left in the positions end them", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a", { lines, withPositions: 1 });
    appendFileSync(join(directory, "all.a.positions"), Buffer.alloc(3 * entryBytes));
    const reader = await readerOf(directory);
    await reader.refresh();
    expect(reader.table.counts().completed).toBe(2);
    expect(reader.table.attemptsOf(1)).toBe(1);
  });

  test("a torn last line counts once it is whole", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a", { lines: [completedLine(0)] });
    const path = join(directory, "all.a.jsonl");
    const torn = encodeLine(completedLine(1));
    appendFileSync(path, torn.subarray(0, torn.length - 1));
    const reader = await readerOf(directory);
    expect(reader.table.counts().completed).toBe(1);
    appendFileSync(path, "\n");
    await reader.refresh();
    expect(reader.table.counts().completed).toBe(2);
  });

  test("a line that isn't JSON hides none of those after it", async () => {
    const directory = temporaryFolder();
    appendFileSync(join(directory, "all.a.jsonl"), `{"kind": "outco\n`);
    appendLog(directory, "all.a", { lines, withPositions: 0 });
    expect((await readerOf(directory)).table.counts().completed).toBe(2);
  });

  test("a write that was undone and done again is counted once", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a", {
      lines: [completedLine(0), failedAttempt(1)],
      withPositions: 1,
    });
    const reader = await readerOf(directory);
    const path = join(directory, "all.a.jsonl");
    const file = openSync(path, "r+");
    ftruncateSync(file, encodeLine(completedLine(0)).length);
    closeSync(file);
    await reader.refresh();
    appendLog(directory, "all.a", { lines: [failedAttempt(1), failedAttempt(1)] });
    await reader.refresh();
    expect(reader.table.attemptsOf(1)).toBe(2);
  });

  test("a line larger than what is read at once is found in the log", async () => {
    const directory = temporaryFolder();
    const large = completedLine(0, { response: "x".repeat(1_500_000) });
    appendLog(directory, "all.a", { lines: [large, completedLine(1)], withPositions: 0 });
    const reader = await readerOf(directory);
    expect(reader.table.counts().completed).toBe(2);
    expect(await reader.readOutcome(0)).toEqual(large);
  });
});
