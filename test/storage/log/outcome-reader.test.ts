import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";

import { callNumber } from "../../../src/domain/journal/call-key.js";
import type { LogLine } from "../../../src/domain/record/log-line.js";
import { entryOf } from "../../../src/storage/log/log-entry.js";
import { encodeLine } from "../../../src/storage/log/log-files.js";
import { OutcomeReader } from "../../../src/storage/log/outcome-reader.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { appendLog, readerOf } from "./logged.js";
import {
  completedLine,
  failedAttempt,
  failedLine,
  refusedLine,
  turnLine,
} from "../run/prepared-run.js";

describe("what processes have logged", () => {
  test("is found over all files of the group, and of no other group", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a-1-x", { lines: [completedLine(0), failedAttempt(1)] });
    appendLog(directory, "all.b-1-x", { lines: [failedLine(2), failedAttempt(1)] });
    appendLog(directory, "all.more.a-1-x", { lines: [completedLine(3)] });
    appendLog(directory, "almost.a-1-x", { lines: [completedLine(4)] });
    const reader = await readerOf(directory);
    const status = [0, 1, 2, 3, 4].map((position) => reader.table.statusOf(position));
    expect(status).toEqual(["completed", undefined, "failed", undefined, undefined]);
    expect(reader.table.counts()).toEqual({ completed: 1, failed: 1 });
    expect(reader.table.attemptsOf(1)).toBe(2);
    expect(await reader.readOutcome(0)).toEqual(completedLine(0));
    expect(await reader.readOutcome(1)).toBeUndefined();
    const more = new OutcomeReader(directory, "all.more", 10);
    await more.refresh();
    expect(more.table.statusOf(3)).toBe("completed");
  });

  test("is counted once, however often it is read", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a-1-x", { lines: [failedAttempt(0), completedLine(1)] });
    const reader = await readerOf(directory);
    await Promise.all([reader.refresh(), reader.refresh()]);
    appendLog(directory, "all.a-1-x", { lines: [failedAttempt(0)] });
    appendLog(directory, "all.b-1-x", { lines: [failedAttempt(0)] });
    await reader.refresh();
    expect(reader.table.attemptsOf(0)).toBe(3);
    expect(reader.table.repeatedCalls()).toBe(0);
  });

  test("is seen by a reading that was asked for while another one ran", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a-1-x", { lines: [completedLine(0)] });
    const reader = new OutcomeReader(directory, "all", 10);
    const first = reader.refresh();
    await new Promise((resolve) => setImmediate(resolve));
    appendLog(directory, "all.a-1-x", { lines: [completedLine(1)] });
    await reader.refresh();
    expect(reader.table.counts().completed).toBe(2);
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
    expect(reader.table.attemptsOf(0)).toBe(1);
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
      expect(reader.table.repeatedCalls()).toBe(repeated);
      const { completed, failed: failures } = reader.table.counts();
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
    const attempts = [undefined, 0, 1, 2].map((turn) => reader.table.attemptsOf(0, turn));
    expect(attempts).toEqual([5, 2, 3, 0]);
  });
});

describe("the journal of a row", () => {
  const key = "gpt4#9f3c/0";
  const call = (position: number, finishedAt = 1500): LogLine => ({
    kind: "call",
    position,
    key,
    sentAt: 1000,
    finishedAt,
    answer: { response: `at ${finishedAt}` },
  });

  test("answers by key, with positions and without", async () => {
    const directory = temporaryFolder();
    const value: LogLine = { kind: "step", position: 0, key: "r#x/0", finishedAt: 7, value: ["a"] };
    appendLog(directory, "all.a", { lines: [call(0), value], withPositions: 1 });
    const { journalLineOf, table } = await journalOf(directory);
    expect(await journalLineOf(0, key)).toEqual(call(0));
    expect(await journalLineOf(0, "r#x/0")).toEqual(value);
    expect(await journalLineOf(0, "gpt4#9f3c/1")).toBeUndefined();
    expect(await journalLineOf(1, key)).toBeUndefined();
    // The value was recorded, not asked for.
    expect(table.endedCallsOf(0)).toBe(1);
  });

  test("counts an answer of an earlier run as no call", async () => {
    const directory = temporaryFolder();
    const reused: LogLine = { ...call(0), kind: "call", key: "a#1/0", sentAt: 0, reused: true };
    appendLog(directory, "all.a", { lines: [call(0), reused], withPositions: 1 });
    expect((await journalOf(directory)).table.endedCallsOf(0)).toBe(1);
  });

  test("has the earlier of two ends of a call", async () => {
    const directory = temporaryFolder();
    appendLog(directory, "all.a", { lines: [call(0, 20)] });
    appendLog(directory, "all.b", { lines: [call(0, 10)] });
    expect(await (await journalOf(directory)).journalLineOf(0, key)).toEqual(call(0, 10));
  });

  test("counts attempts and deaths by key, and is forgotten with the outcome", async () => {
    const directory = temporaryFolder();
    const started: LogLine = { kind: "started", position: 0, key: "judge#1/0", finishedAt: 5 };
    const lines = [failedAttempt(0, { key }), failedAttempt(0, { key }), started, call(0)];
    appendLog(directory, "all.a", { lines });
    const { table } = await journalOf(directory);
    expect(table.attemptsOf(0, callNumber(key))).toBe(2);
    expect(table.attemptsOf(0, callNumber("judge#1/0"))).toBe(0);
    expect(table.openStartsOf(0, callNumber("judge#1/0"))).toBe(1);
    appendLog(directory, "all.a", { lines: [completedLine(0)] });
    const after = await journalOf(directory);
    expect(await after.journalLineOf(0, key)).toBeUndefined();
    expect(after.table.openStartsOf(0, callNumber("judge#1/0"))).toBe(0);
    expect(after.table.attemptsOf(0)).toBe(2);
  });
});

async function journalOf(directory: string): Promise<{
  readonly table: OutcomeReader["table"];
  readonly journalLineOf: (position: number, key: string) => Promise<LogLine | undefined>;
}> {
  const reader = await readerOf(directory);
  return {
    table: reader.table,
    journalLineOf: async (position, key) => reader.journalLineOf(position, callNumber(key)),
  };
}

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
  expect(reader.table.counts()).toEqual({ completed: 0, failed: 0 });
});

/** Bytes that are still in use after a collection. A thread frees buffers a while later. */
async function usedBufferBytes(): Promise<number> {
  setFlagsFromString("--expose-gc");
  // `--expose-gc` adds it to new contexts.
  const collect = runInNewContext("gc") as () => void;
  let used = Infinity;
  for (let stable = 0; stable < 3;) {
    collect();
    await sleep(20);
    const { arrayBuffers } = process.memoryUsage();
    // Other files of this process may still read and write a little.
    stable = Math.abs(arrayBuffers - used) < 100_000 ? stable + 1 : 0;
    used = arrayBuffers;
  }
  return used;
}

test("a group of 200,000 records takes at most 24 bytes each", async () => {
  const before = await usedBufferBytes();
  const reader = new OutcomeReader(temporaryFolder(), "all", 200_000);
  const each = ((await usedBufferBytes()) - before) / 200_000;
  expect(reader.table.counts()).toEqual({ completed: 0, failed: 0 });
  expect(each).toBeGreaterThan(10);
  expect(each).toBeLessThanOrEqual(24);
});
