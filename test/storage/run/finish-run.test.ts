import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

import type { LogLine } from "../../../src/domain/record/log-line.js";
import type { FinishedExperiment } from "../../../src/domain/experiment/experiment.js";
import { finishRun } from "../../../src/storage/run/finish-run.js";
import { openGroupStore } from "../../../src/storage/log/group-store.js";
import { IndexBuilder, indexPath } from "../../../src/storage/index/group-index.js";
import { writeLogWhole } from "../../../src/storage/log/log-files.js";
import { readResults } from "../../../src/storage/completed/results.js";
import { readManifest, runPaths } from "../../../src/storage/run/run-folder.js";
import { findResult } from "../../../src/storage/run/run-result.js";
import { logTime, stampOf } from "../../../src/storage/run/stamp.js";
import { writeJsonAtomically } from "../../../src/storage/files/write-atomically.js";
import {
  completedLine,
  failedAttempt,
  failedLine,
  preparedRun,
  recordLine,
  records,
  turnLine,
} from "./prepared-run.js";

const options = { cancelled: [], now: (): Date => new Date() };

async function logged(directory: string, lines: readonly LogLine[], slug = "all"): Promise<void> {
  const store = await openGroupStore(directory, slug);
  await Promise.all(lines.map((line) => store.append(line)));
  await store.close();
}

async function resultsOf(directory: string): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  for await (const line of readResults(directory)) {
    lines.push(JSON.parse(line) as Record<string, unknown>);
  }
  return lines;
}

function completedTextOf(directory: string): string {
  return readFileSync(runPaths(directory).completed, "utf8");
}

test("a pipeline without rows has its leaves, which are empty", async () => {
  const { directory } = await preparedRun(records(1));
  const manifest = await readManifest(directory);
  await writeJsonAtomically(runPaths(directory).manifest, { ...manifest, groups: [], records: 0 });
  const pipeline = { version: 1, definition: {}, columns: {}, functions: {}, leaves: ["good"] };
  await writeJsonAtomically(runPaths(directory).pipeline, pipeline);
  expect(await finishRun(directory, options)).toMatchObject({ status: "finished", completed: 0 });
  const { stamp } = runPaths(directory);
  expect(readFileSync(join(dirname(directory), `${stamp}-good.jsonl`), "utf8")).toBe("");
});

test("a million records of which every second lacks an outcome are told in less than 500 KB", async () => {
  const million = 1_000_000;
  const { directory } = await preparedRun(records(1));
  const index = new IndexBuilder();
  for (let line = 1; line <= million; line += 1) {
    index.add({ offset: 0, length: 1, target: 0, line });
  }
  writeFileSync(indexPath(directory, "all"), index.bytes());
  const manifest = await readManifest(directory);
  const groups = manifest.groups.map((group) => ({ ...group, records: million }));
  await writeJsonAtomically(runPaths(directory).manifest, { ...manifest, groups });
  await writeLogWhole({ directory, slug: "all", writer: "w" }, everySecond(million));
  const finished = await finishRun(directory, options);
  if (finished.status !== "incomplete") throw new Error("Half of the records lack an outcome.");
  expect(finished.missing).toMatchObject([{ group: "all", coarse: true }]);
  expect(finished.missing[0]?.ranges).toHaveLength(20_000);
  expect(JSON.stringify(finished).length).toBeLessThan(500_000);
}, 60_000);

function* everySecond(records: number): Generator<LogLine> {
  for (let position = 0; position < records; position += 2) yield completedLine(position);
}

describe("the completed file", () => {
  test("has all records in the input's order, however they were answered", async () => {
    const { directory } = await preparedRun(records(4));
    await logged(directory, [completedLine(3), failedLine(1)]);
    await logged(directory, [completedLine(0, { model: "m-1" }), completedLine(2)]);
    const finished = await finishRun(directory, options);
    const completedFile = runPaths(directory).completed;
    const counted = { completed: 3, failed: 1, repeatedCalls: 0 };
    expect(finished).toEqual({ status: "finished", ...counted, completedFile });
    const sent = (ms: number): string =>
      `"timestamp_sent": "${stampOf(new Date(1000))}", "sent_at": "1970-01-01T00:00:01.00${ms}Z"`;
    expect(completedTextOf(directory)).toBe(
      [
        `{"id":0,"api":"test","model_name":"m","prompt":"p0", ${sent(0)}, "model": "m-1", "status": "completed", "response": "answer 0", "latency_ms": 1000, "attempts": 1}`,
        `{"id":1,"api":"test","model_name":"m","prompt":"p1", ${sent(0)}, "status": "failed", "response": null, "latency_ms": 1001, "attempts": 1, "error": {"type": "NotFound", "message": "no\\n such"}}`,
        `{"id":2,"api":"test","model_name":"m","prompt":"p2", ${sent(2)}, "status": "completed", "response": "answer 2", "latency_ms": 1000, "attempts": 1}`,
        `{"id":3,"api":"test","model_name":"m","prompt":"p3", ${sent(3)}, "status": "completed", "response": "answer 3", "latency_ms": 1000, "attempts": 1}`,
        "",
      ].join("\n"),
    );
    expect(readdirSync(dirname(directory)).filter((name) => !name.startsWith("."))).toHaveLength(3);
  });

  test("has invalid lines at their places", async () => {
    const lines = ["{", recordLine(0), '{"api": "test", "id": 7}', recordLine(1), '"\u2028"'];
    const { directory } = await preparedRun(lines, { skipInvalid: true });
    await logged(directory, [completedLine(0), completedLine(1)]);
    expect(await finishRun(directory, options)).toMatchObject({ completed: 2, failed: 3 });
    const results = await resultsOf(directory);
    expect(results).toMatchObject([
      { input_line: 1, input_text: "{", status: "failed", error: { type: "invalid-record" } },
      { id: 0, status: "completed" },
      { id: 7, api: "test", status: "failed", error: { type: "invalid-record" } },
      { id: 1, status: "completed" },
      { input_line: 5, input_text: '"\u2028"', status: "failed", response: null },
    ]);
    expect(results[2]).not.toHaveProperty("input_line");
  });

  test("has each record once, and repeated calls are counted", async () => {
    const { directory } = await preparedRun(records(2));
    await logged(directory, [completedLine(0, { response: "first" }), failedLine(1)]);
    await logged(directory, [
      completedLine(0, { response: "again", finishedAt: 9000 }),
      completedLine(1),
    ]);
    expect(await finishRun(directory, options)).toMatchObject({
      completed: 2,
      failed: 0,
      repeatedCalls: 1,
    });
    expect((await resultsOf(directory)).map((line) => line["response"])).toEqual([
      "first",
      "answer 1",
    ]);
  });
});

describe("records without an outcome", () => {
  test("are told as ranges, and nothing is sealed or written", async () => {
    const { directory } = await preparedRun(records(6));
    await logged(directory, [completedLine(1), completedLine(4)]);
    const before = readdirSync(directory);
    const ranges = [
      [0, 1],
      [2, 4],
      [5, 6],
    ];
    const finished = await finishRun(directory, options);
    expect(finished).toEqual({ status: "incomplete", missing: [{ group: "all", ranges }] });
    expect(readdirSync(directory)).toEqual(before);
    expect(await resultsOf(directory)).toMatchObject([{ id: 1 }, { id: 4 }]);
  });

  test("become failed where their group is cancelled", async () => {
    const { directory } = await preparedRun(records(3));
    await logged(directory, [completedLine(1), failedAttempt(2), turnLine(2, 0)]);
    const finished = await finishRun(directory, { ...options, cancelled: ["all"] });
    expect(finished).toMatchObject({ status: "finished", completed: 1, failed: 2 });
    const results = await resultsOf(directory);
    expect(results[0]).toMatchObject({ response: null, error: { type: "cancelled" } });
    expect(results.map((line) => [line["status"], line["attempts"]])).toEqual([
      ["failed", undefined],
      ["completed", 1],
      ["failed", 2],
    ]);
  });
});

describe("a finish that is repeated", () => {
  async function finishedOnce(): Promise<{ directory: string; first: FinishedExperiment }> {
    const { directory } = await preparedRun(records(3));
    await logged(directory, [completedLine(0), failedAttempt(1), failedLine(1)]);
    const first = await finishRun(directory, { ...options, cancelled: ["all"] });
    return { directory, first };
  }

  test("tells the same, and reads nothing but the result", async () => {
    const { directory, first } = await finishedOnce();
    for (const name of readdirSync(directory)) {
      if (name !== "result.json") rmSync(join(directory, name));
    }
    expect(await finishRun(directory, options)).toEqual(first);
  });

  test.each([
    [
      "after the cancelled outcomes were written",
      ["sealed", "counts", "completed", "log", "result"],
    ],
    ["after the seal", ["counts", "completed", "log", "result"]],
    ["before the completed file got its name", ["completed", "log", "result"]],
    ["after the completed file", ["log", "result"]],
    ["before the result", ["result"]],
  ] as const)("goes on where a process died %s", async (_, missing) => {
    const { directory, first } = await finishedOnce();
    const paths = runPaths(directory);
    const text = completedTextOf(directory);
    for (const name of missing) rmSync(paths[name]);
    writeFileSync(join(directory, "x-completed-pilot.jsonl.1-ab.tmp"), "torn");
    expect(await finishRun(directory, { ...options, cancelled: ["all"] })).toEqual(first);
    expect(completedTextOf(directory)).toBe(text);
    expect(existsSync(paths.log)).toBe(true);
    expect(await findResult(directory)).toMatchObject({ completed: 1, failed: 2 });
    expect(readdirSync(directory).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("leaves a completed file as it is", async () => {
    const { directory, first } = await finishedOnce();
    const paths = runPaths(directory);
    const { ino } = statSync(paths.completed);
    rmSync(paths.result);
    rmSync(paths.sealed);
    await logged(directory, [completedLine(2)]);
    expect(await finishRun(directory, options)).toEqual(first);
    expect(statSync(paths.completed).ino).toBe(ino);
  });
});

test("what a process appended while the run was finished is in the file, or was refused", async () => {
  const { directory } = await preparedRun(records(400));
  const store = await openGroupStore(directory, "all");
  await store.openLog();
  const kept: number[] = [];
  const appending = Promise.all(
    Array.from({ length: 400 }, async (_, position) => {
      await new Promise((resolve) => setTimeout(resolve, position / 4));
      await store.append(completedLine(position)).then(
        () => kept.push(position),
        () => undefined,
      );
    }),
  );
  await expect.poll(() => kept.length).toBeGreaterThan(0);
  const finished = await finishRun(directory, { ...options, cancelled: ["all"] });
  await appending;
  await store.close();
  const results = await resultsOf(directory);
  expect(results).toHaveLength(400);
  const completed = results.flatMap(({ id, status }) => (status === "completed" ? [id] : []));
  expect(finished).toMatchObject({ completed: completed.length, failed: 400 - completed.length });
  expect(completed).toEqual(expect.arrayContaining(kept));
  expect(kept.length).toBeGreaterThan(0);
});

test("the log file tells of each failed attempt in prompto's words, by time, and of the end", async () => {
  const lines = [
    recordLine(0, { id: "a b" }),
    recordLine(1, { id: null }),
    '{"api": "test", "prompt": "x", "id": 1.0}',
    "{",
  ];
  const { directory } = await preparedRun(lines, { skipInvalid: true, maxAttempts: 2 });
  await logged(directory, [
    failedAttempt(0, { finishedAt: 70_000 }),
    failedAttempt(1, { finishedAt: 60_000 }),
    completedLine(0),
    failedLine(2, { finishedAt: 80_000, message: "no\u2028such\r\n\u001cthing" }),
  ]);
  await logged(directory, [
    failedAttempt(1, { attempt: 2, finishedAt: 90_000 }),
    failedLine(1, { finishedAt: 90_000, type: "RateLimit", attempts: 2 }),
  ]);
  const { createdAt } = await readManifest(directory);
  const manifest = { ...(await readManifest(directory)), createdAt: 100_000 };
  await writeJsonAtomically(runPaths(directory).manifest, manifest);
  const ended = new Date(106_000);
  await finishRun(directory, { cancelled: [], now: () => ended });
  const at = (epochMs: number): string => logTime(new Date(epochMs));
  const again = "Adding to the queue to try again later...";
  const text = readFileSync(runPaths(directory).log, "utf8").trimEnd().split("\n");
  const [invalid] = text.filter((line) => line.includes("invalid-record"));
  const others = text.filter((line) => line !== invalid);
  expect(invalid).toMatch(/: Error \(i=4, id=NA\): invalid-record - Expected JSON: /);
  expect(invalid?.startsWith(at(createdAt))).toBe(true);
  expect(others).toEqual([
    `${at(60_000)}: Error (i=2, id=NA) on attempt 1 of 2: RateLimit - slow down. ${again}`,
    `${at(70_000)}: Error (i=1, id=a b) on attempt 1 of 2: RateLimit - slow down. ${again}`,
    `${at(80_000)}: Error (i=3, id=1.0): NotFound - no such thing`,
    `${at(90_000)}: Error (i=2, id=NA) after maximum 2 attempts: RateLimit - no such`,
    `${at(106_000)}: Completed experiment: pilot.jsonl! Experiment processing time: 6.0 seconds, Average time per query: 1.5 seconds`,
  ]);
});

test("20,000 records of answers in any order are written, and the event loop goes on meanwhile", async () => {
  const count = 20_000;
  const { directory } = await preparedRun(records(count));
  const store = await openGroupStore(directory, "all");
  // 7 and the count have no common divisor: all positions come, far from each other.
  const order = Array.from({ length: count }, (_, index) => (index * 7) % count);
  await Promise.all(order.map((position) => store.append(completedLine(position))));
  await store.close();
  let beats = 0;
  let progress = 0;
  const beating = setInterval(() => (beats += 1), 10);
  const onProgress = (): void => void (progress += 1);
  const finished = await finishRun(directory, { ...options, onProgress });
  clearInterval(beating);
  expect(finished).toMatchObject({ completed: count, failed: 0 });
  const ids = completedTextOf(directory)
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { id: number }).id);
  expect(ids).toEqual(Array.from({ length: count }, (_, id) => id));
  expect(beats).toBeGreaterThan(5);
  expect(progress).toBeGreaterThan(5);
});
