import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
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
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { LogLine } from "../../src/domain/log-line.js";
import { encodeEntry, entryBytes, entryOf } from "../../src/storage/log-entry.js";
import { encodeLine } from "../../src/storage/log-files.js";
import { OutcomeReader } from "../../src/storage/outcome-reader.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { completedLine, failedAttempt, failedLine, refusedLine, turnLine } from "./prepared-run.js";

/** Appends to a log as another process would, and to its positions as far as that process got. */
function appendLog(
  directory: string,
  name: string,
  { lines, withPositions = lines.length }: { lines: readonly LogLine[]; withPositions?: number },
): void {
  const path = join(directory, `${name}.jsonl`);
  appendFileSync(path, "");
  let offset = readFileSync(path).length;
  lines.forEach((line, index) => {
    const bytes = encodeLine(line);
    appendFileSync(path, bytes);
    if (index < withPositions) {
      const entry = entryOf(line, { offset, length: bytes.length - 1 });
      appendFileSync(join(directory, `${name}.positions`), encodeEntry(entry));
    }
    offset += bytes.length;
  });
}

async function readerOf(directory: string, records = 10): Promise<OutcomeReader> {
  const reader = new OutcomeReader(directory, "all", records);
  await reader.refresh();
  return reader;
}

describe("what processes have logged", () => {
  test("is found over all files of the group, and of no other group", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a-1-x", { lines: [completedLine(0), failedAttempt(1)] });
    appendLog(directory, "all.b-1-x", { lines: [failedLine(2), failedAttempt(1)] });
    appendLog(directory, "all.more.a-1-x", { lines: [completedLine(3)] });
    appendLog(directory, "almost.a-1-x", { lines: [completedLine(4)] });
    const reader = await readerOf(directory);
    const status = [0, 1, 2, 3, 4].map((position) => reader.statusOf(position));
    expect(status).toEqual(["completed", undefined, "failed", undefined, undefined]);
    expect(reader.counts()).toEqual({ completed: 1, failed: 1 });
    expect(reader.attemptsOf(1)).toBe(2);
    expect(await reader.readOutcome(0)).toEqual(completedLine(0));
    expect(await reader.readOutcome(1)).toBeUndefined();
    const more = new OutcomeReader(directory, "all.more", 10);
    await more.refresh();
    expect(more.statusOf(3)).toBe("completed");
  });

  test("is counted once, however often it is read", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a-1-x", { lines: [failedAttempt(0), completedLine(1)] });
    const reader = await readerOf(directory);
    await Promise.all([reader.refresh(), reader.refresh()]);
    appendLog(directory, "all.a-1-x", { lines: [failedAttempt(0)] });
    appendLog(directory, "all.b-1-x", { lines: [failedAttempt(0)] });
    await reader.refresh();
    expect(reader.attemptsOf(0)).toBe(3);
    expect(reader.repeatedCalls()).toBe(0);
  });

  test("is seen by a reading that was asked for while another one ran", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a-1-x", { lines: [completedLine(0)] });
    const reader = new OutcomeReader(directory, "all", 10);
    const first = reader.refresh();
    await new Promise((resolve) => setImmediate(resolve));
    appendLog(directory, "all.a-1-x", { lines: [completedLine(1)] });
    await reader.refresh();
    expect(reader.counts().completed).toBe(2);
    await first;
  });

  test("is taken from this process by note, and not read again", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a-1-x", { lines: [failedAttempt(0)] });
    const reader = new OutcomeReader(directory, "all", 10);
    reader.noteOwn("all.a-1-x.jsonl");
    const length = encodeLine(failedAttempt(0)).length - 1;
    reader.note("all.a-1-x.jsonl", entryOf(failedAttempt(0), { offset: 0, length }));
    await reader.refresh();
    expect(reader.attemptsOf(0)).toBe(1);
  });
});

describe("which outcome counts", () => {
  const first = completedLine(0, { finishedAt: 10, response: "first" });
  const second = completedLine(0, { finishedAt: 20, response: "second" });
  const failed = failedLine(0, { finishedAt: 1 });
  const later = failedLine(0, { finishedAt: 99 });

  test.each([
    { title: "the earlier of two", files: [[second], [first]], wanted: first, repeated: 1 },
    { title: "the earlier of two in a file", files: [[second, first]], wanted: first, repeated: 1 },
    { title: "completed before earlier failed", files: [[failed], [second]], wanted: second },
    { title: "completed before later failed", files: [[first], [later]], wanted: first },
    { title: "the earlier of two failed ones", files: [[later], [failed]], wanted: failed },
  ])("$title", async ({ files: [inOne = [], inOther = []], wanted, repeated = 0 }) => {
    for (const swapped of [false, true]) {
      const directory = temporaryFolder();
      appendLog(directory, swapped ? "all.b" : "all.a", { lines: inOne });
      appendLog(directory, swapped ? "all.a" : "all.b", { lines: inOther });
      const reader = await readerOf(directory);
      expect(await reader.readOutcome(0)).toEqual(wanted);
      expect(reader.repeatedCalls()).toBe(repeated);
      const { completed, failed: failures } = reader.counts();
      expect(completed + failures).toBe(1);
    }
  });

  test("of two at the same instant the one in the first file by name", async () => {
    const directory = temporaryFolder();
    const other = completedLine(0, { finishedAt: 10, response: "other" });
    appendLog(directory, "all.b", { lines: [first] });
    const reader = await readerOf(directory);
    appendLog(directory, "all.a", { lines: [other] });
    await reader.refresh();
    expect(await reader.readOutcome(0)).toEqual(other);
  });
});

describe("a chat", () => {
  test("has its logged turns in order, up to the first gap", async () => {
    const directory = temporaryFolder();
    const lines = [turnLine(0, 1), turnLine(0, 0), turnLine(0, 3), turnLine(1, 1)];
    appendLog(directory, "all.a", { lines });
    const reader = await readerOf(directory);
    expect((await reader.turnsOf(0)).map(({ turn }) => turn)).toEqual([0, 1]);
    expect(await reader.turnsOf(1)).toEqual([]);
  });

  test("has the earlier of two answers to a turn", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a", { lines: [turnLine(0, 0, 20)] });
    appendLog(directory, "all.b", { lines: [turnLine(0, 0, 10)] });
    const reader = await readerOf(directory);
    expect(await reader.turnsOf(0)).toEqual([turnLine(0, 0, 10)]);
  });

  test("counts the failed attempts of each turn", async () => {
    const directory = temporaryFolder();
    const lines = [
      failedAttempt(0),
      failedAttempt(0, { turn: 0 }),
      failedAttempt(0, { turn: 1 }),
      failedAttempt(0, { turn: 1 }),
      failedAttempt(0, { turn: 1 }),
    ];
    appendLog(directory, "all.a", { lines });
    const reader = await readerOf(directory);
    const attempts = [undefined, 0, 1, 2].map((turn) => reader.attemptsOf(0, turn));
    expect(attempts).toEqual([5, 2, 3, 0]);
  });
});

test("the latest refusal of each model is told", async () => {
  const directory = temporaryFolder();
  const latest = refusedLine(1, "test/m", 30);
  const other = refusedLine(2, "test/n", 5);
  appendLog(directory, "all.a", { lines: [refusedLine(0, "test/m", 10), latest, other] });
  appendLog(directory, "all.b", { lines: [refusedLine(3, "test/m", 20)] });
  const reader = await readerOf(directory);
  expect(await reader.refusals()).toEqual([latest, other]);
  appendLog(directory, "all.b", { lines: [refusedLine(3, "test/n", 40)] });
  await reader.refresh();
  expect(await reader.refusals()).toEqual([latest, refusedLine(3, "test/n", 40)]);
  expect(reader.counts()).toEqual({ completed: 0, failed: 0 });
});

describe("after a crash", () => {
  const lines = [completedLine(0), failedAttempt(1), completedLine(2)];

  test.each([0, 1, 2])(
    "lines that %i positions miss are found in the log",
    async (withPositions) => {
      const directory = temporaryFolder();
      appendLog(directory, "all.a", { lines, withPositions });
      const reader = await readerOf(directory);
      expect(reader.counts().completed).toBe(2);
      expect(reader.attemptsOf(1)).toBe(1);
      expect(await reader.readOutcome(2)).toEqual(lines[2]);
    },
  );

  test("a log without positions is read by itself", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a", { lines });
    rmSync(join(directory, "all.a.positions"));
    expect((await readerOf(directory)).counts().completed).toBe(2);
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
    expect(reader.counts().completed).toBe(2);
    expect(reader.repeatedCalls()).toBe(0);
    expect(reader.attemptsOf(1)).toBe(2);
  });

  test.each([1, 31])("%i bytes of a torn position are left until it is whole", async (bytes) => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a", { lines });
    const positions = join(directory, "all.a.positions");
    const all = readFileSync(positions);
    writeFileSync(positions, all.subarray(0, 2 * entryBytes + bytes));
    const reader = await readerOf(directory);
    expect(reader.counts().completed).toBe(2);
    writeFileSync(positions, all);
    appendLog(directory, "all.a", { lines: [completedLine(3)] });
    await reader.refresh();
    expect(reader.counts().completed).toBe(3);
    expect(reader.repeatedCalls()).toBe(0);
  });

  test("zeros that a power cut left in the positions end them", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a", { lines, withPositions: 1 });
    appendFileSync(join(directory, "all.a.positions"), Buffer.alloc(3 * entryBytes));
    const reader = await readerOf(directory);
    await reader.refresh();
    expect(reader.counts().completed).toBe(2);
    expect(reader.attemptsOf(1)).toBe(1);
  });

  test("a torn last line counts once it is whole", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a", { lines: [completedLine(0)] });
    const path = join(directory, "all.a.jsonl");
    const torn = encodeLine(completedLine(1));
    appendFileSync(path, torn.subarray(0, torn.length - 1));
    const reader = await readerOf(directory);
    expect(reader.counts().completed).toBe(1);
    appendFileSync(path, "\n");
    await reader.refresh();
    expect(reader.counts().completed).toBe(2);
  });

  test("a line that isn't JSON hides none of those after it", async () => {
    const directory = temporaryFolder();
    appendFileSync(join(directory, "all.a.jsonl"), `{"kind": "outco\n`);
    appendLog(directory, "all.a", { lines, withPositions: 0 });
    expect((await readerOf(directory)).counts().completed).toBe(2);
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
    expect(reader.attemptsOf(1)).toBe(2);
  });

  test("a line larger than what is read at once is found in the log", async () => {
    const directory = temporaryFolder();
    const large = completedLine(0, { response: "x".repeat(1_500_000) });
    appendLog(directory, "all.a", { lines: [large, completedLine(1)], withPositions: 0 });
    const reader = await readerOf(directory);
    expect(reader.counts().completed).toBe(2);
    expect(await reader.readOutcome(0)).toEqual(large);
  });
});

test("whatever was logged and however far the positions got, a reader agrees with a plain count", async () => {
  const position = fc.nat(4);
  const finishedAt = fc.integer({ min: 1, max: 5 });
  const line: fc.Arbitrary<LogLine> = fc.oneof(
    fc.tuple(position, finishedAt).map(([at, time]) => completedLine(at, { finishedAt: time })),
    fc.tuple(position, finishedAt).map(([at, time]) => failedLine(at, { finishedAt: time })),
    position.map((at) => failedAttempt(at)),
  );
  const step = fc.record({
    file: fc.constantFrom("all.a", "all.b", "all.c"),
    lines: fc.array(line, { maxLength: 6 }),
    refresh: fc.boolean(),
  });
  const cuts = fc.array(fc.nat(3 * entryBytes), { minLength: 3, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), cuts, async (steps, cutOff) => {
      const directory = temporaryFolder();
      const reader = new OutcomeReader(directory, "all", 5);
      for (const { file, lines, refresh } of steps) {
        appendLog(directory, file, { lines });
        if (refresh) await reader.refresh();
      }
      ["all.a", "all.b", "all.c"].forEach((file, index) => {
        cutPositions(join(directory, `${file}.positions`), cutOff[index] ?? 0);
      });
      await reader.refresh();
      const afresh = await readerOf(directory, 5);
      const all = steps.flatMap(({ file, lines }) => lines.map((each) => ({ file, line: each })));
      for (const each of [reader, afresh]) expect(await summaryOf(each)).toEqual(modelOf(all));
    }),
    { numRuns: 60 },
  );
});

function cutPositions(path: string, bytes: number): void {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch {
    return;
  }
  truncateSync(path, Math.max(0, content.length - bytes));
}

interface Summary {
  readonly outcomes: readonly (LogLine | undefined)[];
  readonly attempts: readonly number[];
  readonly repeatedCalls: number;
}

async function summaryOf(reader: OutcomeReader): Promise<Summary> {
  const positions = [0, 1, 2, 3, 4];
  return {
    outcomes: await Promise.all(positions.map((position) => reader.readOutcome(position))),
    attempts: positions.map((position) => reader.attemptsOf(position)),
    repeatedCalls: reader.repeatedCalls(),
  };
}

function modelOf(all: readonly { readonly file: string; readonly line: LogLine }[]): Summary {
  const positions = [0, 1, 2, 3, 4];
  const completedOf = (position: number): LogLine[] => ofStatus(all, position, "completed");
  return {
    outcomes: positions.map(
      (position) => completedOf(position)[0] ?? ofStatus(all, position, "failed")[0],
    ),
    attempts: positions.map(
      (position) =>
        all.filter(({ line }) => line.kind === "failed-attempt" && line.position === position)
          .length,
    ),
    repeatedCalls: positions.reduce(
      (sum, position) => sum + Math.max(0, completedOf(position).length - 1),
      0,
    ),
  };
}

/** In the order in which they count. */
function ofStatus(
  all: readonly { readonly file: string; readonly line: LogLine }[],
  position: number,
  status: "completed" | "failed",
): LogLine[] {
  return all
    .filter(({ line }) => line.kind === "outcome" && line.outcome.status === status)
    .filter(({ line }) => line.position === position)
    .sort((a, b) => a.line.finishedAt - b.line.finishedAt || (a.file < b.file ? -1 : 1))
    .map(({ line }) => line);
}

/** What earlier tests left behind would be collected in the middle of the measurement. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  // What `--expose-gc` puts into a new context.
  const collect = runInNewContext("gc") as () => void;
  collect();
}

test("a group of 200,000 records takes at most 24 bytes each", () => {
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  const reader = new OutcomeReader(temporaryFolder(), "all", 200_000);
  const each = (process.memoryUsage().arrayBuffers - before) / 200_000;
  expect(reader.counts()).toEqual({ completed: 0, failed: 0 });
  expect(each).toBeGreaterThan(10);
  expect(each).toBeLessThanOrEqual(24);
});
