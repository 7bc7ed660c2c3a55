import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { openGroupStore, SealedError, shareFiles } from "../../../src/storage/log/group-store.js";
import { isAborted, markAborted } from "../../../src/storage/run/markers.js";
import { prepareRun } from "../../../src/storage/run/prepare-run.js";
import { runPaths } from "../../../src/storage/run/run-folder.js";
import { openFilesBelow } from "../../helpers/open-files.js";
import {
  completedLine,
  context,
  failedAttempt,
  inputOf,
  preparedRun,
  recordLine,
  records,
  refusedLine,
  turnLine,
} from "../run/prepared-run.js";

test("a process knows its own lines at once, and another's after a refresh", async () => {
  const { directory } = await preparedRun(records(4));
  const one = await openGroupStore(directory, "all");
  const other = await openGroupStore(directory, "all");
  await Promise.all([one.openLog(), other.openLog(), one.openLog()]);
  await one.append(completedLine(0));
  await one.append(failedAttempt(1));
  await other.append(completedLine(2));
  await other.append(failedAttempt(1));
  expect([one.statusOf(0), one.statusOf(2), one.attemptsOf(1)]).toEqual([
    "completed",
    undefined,
    1,
  ]);
  await Promise.all([one.refresh(), other.refresh()]);
  for (const store of [one, other]) {
    expect(store.counts()).toEqual({ completed: 2, failed: 0 });
    expect(store.attemptsOf(1)).toBe(2);
    expect(store.repeatedCalls()).toBe(0);
  }
  await other.append(completedLine(0, { finishedAt: 5000 }));
  await one.refresh();
  expect(one.repeatedCalls()).toBe(1);
  expect(await one.readOutcome(0)).toEqual(completedLine(0));
  await one.close();
  await other.close();
  expect(readdirSync(directory).filter((name) => name.endsWith(".jsonl"))).toHaveLength(2);
});

test("a group that its process opens again goes on in one log, and knows what it wrote before", async () => {
  const { directory } = await preparedRun(records(5));
  const shared = shareFiles();
  for (const position of [0, 1, 2, 3]) {
    const store = await openGroupStore(directory, "all", shared);
    await store.openLog();
    expect(store.counts()).toEqual({ completed: position, failed: 0 });
    await store.append(completedLine(position));
    await store.refresh();
    expect(store.counts()).toEqual({ completed: position + 1, failed: 0 });
    expect(store.repeatedCalls()).toBe(0);
    expect(await store.readOutcome(0)).toEqual(completedLine(0));
    await store.close();
    expect(openFilesBelow(directory)).toBe(0);
  }
  const logs = readdirSync(directory).filter((name) => /\.(jsonl|positions)$/.test(name));
  expect(logs).toHaveLength(2);
});

test("a process with many groups has few files open, and all that it writes is found", async () => {
  const groups = Array.from({ length: 60 }, (_, group) => `g${group.toString()}`);
  const lines = [...groups, ...groups].map((group, id) => recordLine(id, { group }));
  const input = inputOf(lines, { groupRates: [] });
  const { directory } = await prepareRun(input, context);
  const shared = shareFiles(10);
  const stores = await Promise.all(
    groups.map(async (group) => openGroupStore(directory, group, shared)),
  );
  for (const position of [0, 1]) {
    await Promise.all(stores.map(async (store) => store.append(completedLine(position))));
    expect(openFilesBelow(input.settings.dataFolder)).toBeLessThanOrEqual(10);
  }
  for (const store of stores) {
    const [entry] = await store.readIndex(1, 1);
    if (entry) expect(JSON.parse(await store.readLine(entry))).toMatchObject({ api: "test" });
    await store.close();
  }
  const other = await openGroupStore(directory, "g59");
  await other.refresh();
  expect(other.counts()).toEqual({ completed: 2, failed: 0 });
  await other.close();
});

test("lines of a deleted run wait for its folder, and are given up when the run has ended", async () => {
  const { directory } = await preparedRun(records(2));
  const shared = shareFiles();
  const store = await openGroupStore(directory, "all", shared);
  await store.append(completedLine(0));
  rmSync(directory, { recursive: true });
  const appended = store.append(completedLine(1));
  const refused = expect(appended).rejects.toThrow("ENOENT");
  await expect.poll(() => store.failing()).toContain("ENOENT");
  await shared.writers.close(directory);
  await refused;
  await store.close();
});

test("a process that only reads makes no file", async () => {
  const { directory } = await preparedRun(records(1));
  const before = readdirSync(directory);
  const store = await openGroupStore(directory, "all");
  await store.refresh();
  expect(store.failing()).toBeUndefined();
  await store.close();
  expect(readdirSync(directory)).toEqual(before);
});

test("a chat goes on after the answers that any process has logged", async () => {
  const { directory } = await preparedRun([recordLine(0, { prompt: ["a", "b", "c"] })]);
  const before = await openGroupStore(directory, "all");
  await before.append(turnLine(0, 0));
  await before.append(failedAttempt(0, { turn: 1 }));
  await before.close();
  const store = await openGroupStore(directory, "all");
  await store.refresh();
  await store.append(turnLine(0, 1));
  expect(await store.answersOf(0)).toEqual([
    { response: "turn 0 at 1500" },
    { response: "turn 1 at 1500" },
  ]);
  expect([store.attemptsOf(0), store.attemptsOf(0, 1), store.attemptsOf(0, 2)]).toEqual([1, 1, 0]);
  await store.append(completedLine(0));
  expect(await store.answersOf(0)).toEqual([]);
  await store.close();
});

test("a refusal of this process is told like any other", async () => {
  const { directory } = await preparedRun(records(1));
  const store = await openGroupStore(directory, "all");
  await store.append(refusedLine(0, "test/m", 9));
  expect(await store.refusals()).toEqual([refusedLine(0, "test/m", 9)]);
  expect(store.statusOf(0)).toBeUndefined();
  await store.close();
});

test("nothing is recorded once the run is sealed", async () => {
  const { directory } = await preparedRun(records(1));
  const store = await openGroupStore(directory, "all");
  await store.openLog();
  writeFileSync(runPaths(directory).sealed, "{}");
  await expect(store.append(completedLine(0))).rejects.toBeInstanceOf(SealedError);
  expect(store.statusOf(0)).toBeUndefined();
  await store.close();
});

test("a log that can't be made is told of before a call, and may be tried again", async () => {
  const { directory } = await preparedRun(records(1));
  const store = await openGroupStore(directory, "all");
  rmSync(directory, { recursive: true });
  await expect(store.openLog()).rejects.toThrow("ENOENT");
  await expect(store.append(completedLine(0))).rejects.toThrow("ENOENT");
  await store.close();
});

test("a run that isn't prepared can't be opened", async () => {
  const { directory } = await preparedRun(records(1));
  rmSync(runPaths(directory).manifest);
  await expect(openGroupStore(directory, "all")).rejects.toThrow("found no manifest.json");
  await expect(openGroupStore(join(directory, "none"), "all")).rejects.toThrow();
});

test("a mark tells every process to give up its calls", async () => {
  const { directory } = await preparedRun(records(1));
  expect(await isAborted(directory)).toBe(false);
  await markAborted(directory);
  await markAborted(directory);
  expect(await isAborted(directory)).toBe(true);
});
