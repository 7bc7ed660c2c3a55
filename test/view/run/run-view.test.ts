import { existsSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { everyRecord } from "../../../src/domain/report/record-query.js";
import type { RecordQuery } from "../../../src/domain/report/record-query.js";
import type { LogLine } from "../../../src/domain/record/log-line.js";
import { readReport } from "../../../src/client/report/read-report.js";
import { openLineScoring } from "../../../src/evaluation/scorers/line-scoring.js";
import { openGroupStore } from "../../../src/storage/log/group-store.js";
import { finishRun } from "../../../src/storage/run/finish-run.js";
import { RunView } from "../../../src/view/run/run-view.js";
import { runPaths } from "../../../src/storage/run/run-folder.js";
import { reportRun } from "../../client/report/report-run.js";
import type { GivenRun, ReportRun } from "../../client/report/report-run.js";
import {
  completedLine,
  failedAttempt,
  failedLine,
  recordLine,
} from "../../storage/run/prepared-run.js";

let run: ReportRun;
const opened: RunView[] = [];
afterEach(async () => {
  for (const view of opened.splice(0)) await view.close();
  rmSync(run.dataFolder, { recursive: true, force: true });
});

/** @param fewestSaved as of `RunView.open` */
async function openView(fewestSaved?: number): Promise<RunView> {
  const view = await RunView.open(run.directory, fewestSaved);
  opened.push(view);
  await expect.poll(async () => (await view.refresh()).progress).toBeUndefined();
  return view;
}

async function viewOf(given: GivenRun): Promise<RunView> {
  run = await reportRun(given);
  return await openView();
}

/** Ids of the rows, once the search is complete. */
async function idsOf(view: RunView, query: Partial<RecordQuery>): Promise<readonly string[]> {
  const page = async (): ReturnType<RunView["page"]> =>
    view.page({ ...everyRecord, ...query }, { offset: 0, limit: 100 });
  await expect.poll(async () => (await page()).searched).toBeUndefined();
  return (await page()).rows.map(({ id }) => id);
}

const animals = ["Cat", "dog", "the CAT\nsat", "bird", "Été"];
const lines = animals.map((prompt, id) => recordLine(id, { id: `r${id}`, prompt }));
const log: readonly LogLine[] = animals.map((_, id) =>
  id === 3
    ? failedLine(3, { type: "Timeout" })
    : completedLine(id, { response: `says ${["miau", "wuff", "purr", "", "ÉTÉ"][id] ?? ""}` }),
);

describe.each([true, false])("a run that has finished: %s", (finished) => {
  test("is searched in ids, prompts, answers and errors", async () => {
    const view = await viewOf({ lines, log, finished });
    expect(await idsOf(view, {})).toEqual(["r0", "r1", "r2", "r3", "r4"]);
    expect(await idsOf(view, { search: "cat" })).toEqual(["r0", "r2"]);
    expect(await idsOf(view, { search: "CAT purr" })).toEqual(["r2"]);
    expect(await idsOf(view, { search: "R3" })).toEqual(["r3"]);
    expect(await idsOf(view, { search: "r2 sat" })).toEqual(["r2"]);
    expect(await idsOf(view, { search: "timeout" })).toEqual(["r3"]);
    expect(await idsOf(view, { search: "été" })).toEqual(["r4"]);
    // Keys and values that a reader does not see are not searched.
    expect(await idsOf(view, { search: "model_name" })).toEqual([]);
    const failed = { search: "r", statuses: ["failed"] } as const;
    expect(await idsOf(view, failed)).toEqual(["r3"]);
  });

  test("tells the same report as `ostinato report`", async () => {
    const view = await viewOf({ lines, log: [failedAttempt(1), ...log], finished });
    const { readAt, ...report } = await view.report();
    const { readAt: otherReadAt, ...other } = await readReport(run.directory);
    expect(report).toEqual(other);
    expect(readAt).toBeGreaterThan(0);
    expect(otherReadAt).toBeGreaterThan(0);
    const { calls, prompt } = await view.record(1);
    expect(prompt).toBe("dog");
    expect(calls.map(({ end }) => end)).toEqual(["failed", "answered"]);
  });
});

test("rows that come while the run goes on keep their places, and the end is read anew", async () => {
  const view = await viewOf({ lines, log: [log[2] as LogLine], finished: false });
  expect(await idsOf(view, {})).toEqual(["r2"]);
  const before = await view.refresh();
  expect(await idsOf(view, { search: "miau" })).toEqual([]);
  const store = await openGroupStore(run.directory, "all");
  await Promise.all([log[0], failedAttempt(0)].map((line) => store.append(line as LogLine)));
  const { version } = await view.refresh();
  expect(version).not.toBe(before.version);
  expect((await view.refresh()).version).toBe(version);
  expect(await idsOf(view, {})).toEqual(["r0", "r2"]);
  expect(await idsOf(view, { search: "miau" })).toEqual(["r0"]);
  const { books } = await view.report();
  expect(books).toEqual({ input: 5, completed: 2, failed: 0, dropped: 0, open: 3 });
  const { id, calls } = await view.record(0);
  expect(id).toBe("r0");
  expect(calls).toHaveLength(2);
  for (const line of [log[1], log[3], log[4]]) await store.append(line as LogLine);
  await store.close();
  expect(view.isStale).toBe(false);
  const now = (): Date => new Date();
  await finishRun(run.directory, { cancelled: [], now, openScoring: openLineScoring });
  await view.refresh();
  expect(view.isStale).toBe(true);
  const end = await openView();
  expect((await end.report()).state).toBe("finished");
  expect(await idsOf(end, {})).toEqual(["r0", "r1", "r2", "r3", "r4"]);
});

test("a record that is asked for at once is there once it is read", async () => {
  run = await reportRun({ lines, log });
  const view = await RunView.open(run.directory);
  opened.push(view);
  expect((await view.record(4)).id).toBe("r4");
  await expect(view.record(5)).rejects.toThrow("The run has no record 5 with an outcome.");
});

test("a page has no more than the start of a text, a record has all of it", async () => {
  const prompt = "x".repeat(1_000);
  const view = await viewOf({ lines: [recordLine(0, { prompt })], log: [completedLine(0)] });
  const { rows } = await view.page(everyRecord, { offset: 0, limit: 1 });
  expect(rows[0]?.prompt).toBe("x".repeat(400));
  expect((await view.record(0)).prompt).toBe(prompt);
  await expect(view.record(1)).rejects.toThrow("no record 1");
});

test("a large run is read once: the next server takes the saved view, unless files have changed", async () => {
  const saved = (): string => join(run.directory, "view.cache");
  const timed = lines.map((text) => ({ ...(JSON.parse(text) as object), note: text.length }));
  const given = timed.map((line) => JSON.stringify(line));
  const first = await viewOf({ lines: given, log: [failedAttempt(1), ...log] });
  await first.close();
  expect(existsSync(saved())).toBe(false);

  const second = await openView(1);
  const { readAt, ...report } = await second.report();
  const byNote = { sort: { column: "values.note", descending: true } };
  const sorted = await idsOf(second, byNote);
  await expect.poll(() => existsSync(saved())).toBe(true);
  await second.close();
  const { mtimeMs } = statSync(saved());

  const third = await openView(1);
  const { readAt: laterReadAt, ...same } = await third.report();
  expect(same).toEqual(report);
  expect(laterReadAt).toBeGreaterThan(readAt);
  expect(await idsOf(third, byNote)).toEqual(sorted);
  expect(await idsOf(third, { search: "cat purr" })).toEqual(["r2"]);
  expect((await third.record(1)).calls.map(({ end }) => end)).toEqual(["failed", "answered"]);
  await third.close();
  expect(statSync(saved()).mtimeMs).toBe(mtimeMs);

  // Another file with the same name, then half a saved view.
  utimesSync(runPaths(run.directory).completed, 1, 1);
  await (await openView(1)).close();
  expect(statSync(saved()).mtimeMs).toBeGreaterThan(mtimeMs);
  writeFileSync(saved(), '{"key":');
  expect(await idsOf(await openView(1), byNote)).toEqual(sorted);
});

describe("models side by side", () => {
  const promptsOf = async (view: RunView, query: Partial<RecordQuery> = {}): Promise<unknown> => {
    const page = async (): ReturnType<RunView["prompts"]> =>
      view.prompts({ ...everyRecord, ...query }, { offset: 0, limit: 10 });
    await expect.poll(async () => (await page()).searched).toBeUndefined();
    const { matched, prompts } = await page();
    return [matched, prompts.map(({ prompt, rows }) => [prompt, rows.map(({ model }) => model)])];
  };
  const models = ["a", "b"];

  test("rows with one id are joined, with those that only the search leaves out", async () => {
    const given = models.flatMap((model_name) =>
      [0, 1].map((id) => recordLine(id, { model_name, prompt: `${model_name} ${id}` })),
    );
    const answers = ["cat", "dog", "dog", "dog"];
    const view = await viewOf({
      lines: given,
      log: answers.map((response, position) => completedLine(position, { response })),
    });
    const both = ["test/a", "test/b"];
    expect(await promptsOf(view)).toEqual([
      2,
      [
        ["a 0", both],
        ["a 1", both],
      ],
    ]);
    expect(await promptsOf(view, { search: "cat" })).toEqual([1, [["a 0", both]]]);
    expect(await promptsOf(view, { models: ["test/b"] })).toEqual([
      2,
      [
        ["b 0", ["test/b"]],
        ["b 1", ["test/b"]],
      ],
    ]);
  });

  test("rows with ids of their own are joined by their prompts", async () => {
    const given = models.flatMap((model_name, number) =>
      ["x", "y"].map((prompt, id) => recordLine(2 * number + id, { model_name, prompt })),
    );
    const view = await viewOf({
      lines: given,
      log: [0, 1, 2].map((place) => completedLine(place)),
    });
    expect(await promptsOf(view)).toEqual([
      2,
      [
        ["x", ["test/a", "test/b"]],
        ["y", ["test/a"]],
      ],
    ]);
  });
});
