import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LogLine } from "../../../src/domain/record/log-line.js";
import { eventsOf, readLife } from "../../../src/storage/log/record-life.js";
import { readLifeLines } from "../../../src/storage/log/life-lines.js";
import { openFileBlocks } from "../../../src/storage/files/file-blocks.js";
import { openGroupStore } from "../../../src/storage/log/group-store.js";
import { completedLine, failedLine, preparedRun, recordLine } from "../run/prepared-run.js";

const error = { type: "ServerError", message: "busy", status: 500 };
const answer = { response: "yes" };

test("a record is found by its id and model, and names the other models of its line", async () => {
  const lines = [1, 2].flatMap((id) =>
    ["a", "b"].map((model) => recordLine(id, { model_name: model })),
  );
  const { directory } = await preparedRun([...lines, recordLine(9)]);
  expect(await readLife(directory, "2")).toMatchObject({
    line: 3,
    target: "test/a",
    alsoOf: [{ model: "test/b", state: "open" }],
  });
  const second = await readLife(directory, "2", "test/b");
  expect(second).toMatchObject({ line: 4, target: "test/b" });
  expect(second?.alsoOf).toBeUndefined();
  expect(await readLife(directory, "9", "test/a")).toBeUndefined();
  expect(await readLife(directory, "5")).toMatchObject({ line: 5, target: "test/m" });
});

test("of several models with one id, the one that failed comes first", async () => {
  const models = ["a", "b", "c"];
  const { directory } = await preparedRun(
    models.map((model_name) => recordLine(1, { model_name })),
  );
  const store = await openGroupStore(directory, "all");
  await store.append(completedLine(0));
  await store.append(failedLine(1));
  await store.close();
  expect(await readLife(directory, "1")).toMatchObject({
    target: "test/b",
    alsoOf: [
      { model: "test/a", state: "completed" },
      { model: "test/c", state: "open" },
    ],
    events: [{ kind: "failed" }],
  });
});

test("a record's attempts have their waits, and the outcome ends them", () => {
  const lines: readonly LogLine[] = [
    { kind: "failed-attempt", position: 4, sentAt: 1_000, finishedAt: 1_200, attempt: 1, error },
    { kind: "held", position: 4, sentAt: 3_200, finishedAt: 3_300, error },
    {
      kind: "outcome",
      position: 4,
      finishedAt: 9_000,
      outcome: { status: "completed", sentAt: 8_300, finishedAt: 9_000, attempts: 2, ...answer },
    },
  ];
  expect(eventsOf(lines)).toEqual([
    { kind: "failed-attempt", atMs: 1_200, sentAtMs: 1_000, attempt: 1, error },
    { kind: "held", atMs: 3_300, sentAtMs: 3_200, waitedMs: 2_000, error },
    { kind: "completed", atMs: 9_000, sentAtMs: 8_300, waitedMs: 5_000, attempt: 2 },
  ]);
});

test("a row's calls have their steps, children included, and count their own attempts", () => {
  const call = { kind: "call", position: 0 } as const;
  const lines: readonly LogLine[] = [
    {
      kind: "failed-attempt",
      position: 0,
      key: "draft#ab/0",
      attempt: 1,
      error,
      sentAt: 100,
      finishedAt: 200,
    },
    { ...call, key: "draft#ab/0", sentAt: 300, finishedAt: 400, answer },
    { ...call, key: "judge/2#cd/0", sentAt: 400, finishedAt: 500, error },
    { ...call, key: "judge/3#cd/0", sentAt: 0, finishedAt: 510, answer, reused: true },
    {
      kind: "outcome",
      position: 0,
      finishedAt: 600,
      outcome: {
        status: "completed",
        sentAt: 50,
        finishedAt: 600,
        attempts: 3,
        response: null,
        walk: { rows: [], failures: [], done: {}, dropped: { long: 1 }, conflicts: {} },
      },
    },
  ];
  expect(eventsOf(lines).map(({ kind, step, attempt }) => [kind, step, attempt])).toEqual([
    ["failed-attempt", "draft", 1],
    ["answered", "draft", 2],
    ["failed-attempt", "judge", 1],
    ["reused", "judge", undefined],
    ["dropped", undefined, 3],
  ]);
});

test("the lines of one record come from the logs of all processes, in the order of time", async () => {
  const directory = await mkdtemp(join(tmpdir(), "life-"));
  const line = (position: number, finishedAt: number): string =>
    `${JSON.stringify({ kind: "held", position, sentAt: 1, finishedAt, error })}\n`;
  await writeFile(join(directory, "all.host-1-a.jsonl"), line(1, 30) + line(2, 31) + line(1, 40));
  await writeFile(join(directory, "all.host-2-b.jsonl"), line(1, 10) + line(1, 20).slice(0, 9));
  const blocks = openFileBlocks();
  const lines = await readLifeLines(directory, { slug: "all", position: 1 }, blocks);
  await blocks.close();
  expect(lines.map(({ finishedAt }) => finishedAt)).toEqual([10, 30, 40]);
});

test("the start of a call is told only if the call has no end: its process died, or it is in flight", () => {
  const start = (finishedAt: number): LogLine => ({ kind: "started", position: 0, finishedAt });
  const attempt = { kind: "failed-attempt", position: 0, attempt: 1, error } as const;
  const lines: readonly LogLine[] = [
    start(100),
    start(200),
    { ...attempt, sentAt: 200, finishedAt: 300 },
    start(400),
  ];
  expect(eventsOf(lines).map(({ kind, atMs }) => [kind, atMs])).toEqual([
    ["lost", 100],
    ["failed-attempt", 300],
    ["sent", 400],
  ]);
});
