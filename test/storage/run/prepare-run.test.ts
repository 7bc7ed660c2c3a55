import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

import { UserError } from "../../../src/domain/failure/user-error.js";
import { stageInput } from "../../../src/storage/data-folder.js";
import { openGroupStore } from "../../../src/storage/log/group-store.js";
import { prepareRun } from "../../../src/storage/run/prepare-run.js";
import { readManifest, runPaths } from "../../../src/storage/run/run-folder.js";
import { context, inputOf, readRecord, recordLine, records, settingsOf } from "./prepared-run.js";

describe("a prepared run", () => {
  test("has its input beside its state, byte for byte, and says what there is to send", async () => {
    const input = inputOf([recordLine(0), ` ${recordLine(1)}\r`, recordLine(2)]);
    const before = readFileSync(input.inputPath);
    const now = new Date(2026, 10, 21, 10, 43, 19, 500);
    const run = await prepareRun(input, { ...context, now: () => now });
    const folder = join(input.settings.dataFolder, "output", "pilot");
    expect(run).toEqual({
      directory: join(folder, ".21-11-2026-10-43-19"),
      stamp: "21-11-2026-10-43-19",
      slug: "pilot",
      groups: [
        {
          name: "all",
          slug: "all",
          records: 3,
          calls: 3,
          limitKey: "api/test/m",
          limitId: "limit/api/test/m",
          requestsPerMinute: 10,
        },
      ],
      targets: ["test/m"],
      records: 3,
    });
    expect(readdirSync(folder).sort()).toEqual([
      ".21-11-2026-10-43-19",
      "21-11-2026-10-43-19-input-pilot.jsonl",
    ]);
    expect(readFileSync(join(folder, "21-11-2026-10-43-19-input-pilot.jsonl"))).toEqual(before);
    expect(existsSync(input.inputPath)).toBe(false);
    expect(readdirSync(run.directory).sort()).toEqual(["all.index", "claim.json", "manifest.json"]);
  });

  test("reads each record by its position", async () => {
    const lines = [
      `\uFEFF${recordLine(0)}`,
      `  ${recordLine(1)}  \r`,
      recordLine(2, { prompt: "é" }),
    ];
    const { directory } = await prepareRun(inputOf(lines), context);
    const store = await openGroupStore(directory, "all");
    expect(store.records).toBe(3);
    expect((await readRecord(store, 0)).record.prompt).toBe("p0");
    expect((await readRecord(store, 1)).text).toBe(`  ${recordLine(1)}  `);
    expect((await readRecord(store, 2)).record.prompt).toBe("é");
    await expect(readRecord(store, 3)).rejects.toThrow("Expected a record at position 3");
    expect(await store.readIndex(1, 9)).toMatchObject([
      { position: 1, target: 0, line: 2 },
      { position: 2, target: 0, line: 3 },
    ]);
    await store.close();
  });

  test("of several models has a limit of its own", async () => {
    const lines = [recordLine(0), recordLine(1, { model_name: "n" })];
    const { groups, targets } = await prepareRun(inputOf(lines, { name: "a/b ü" }), context);
    expect(groups).toMatchObject([
      { limitKey: "experiment/a/b ü", limitId: "limit/experiment/a/b%20%C3%BC" },
    ]);
    expect(targets).toEqual(["test/m", "test/n"]);
  });

  test("of an input with invalid lines records them apart", async () => {
    const input = inputOf(["{", recordLine(0), "5"], { skipInvalid: true });
    const { directory, records: count, groups } = await prepareRun(input, context);
    expect(count).toBe(1);
    expect(groups.map(({ slug }) => slug)).toEqual(["all"]);
    expect(await readManifest(directory)).toMatchObject({ records: 1, invalid: 2 });
    const invalid = await openGroupStore(directory, "invalid");
    await invalid.refresh();
    expect(invalid.counts()).toEqual({ completed: 0, failed: 2 });
    expect((await invalid.readOutcome(1))?.outcome).toMatchObject({
      status: "failed",
      attempts: 0,
      error: { type: "invalid-record", message: "Expected a JSON object, got 5." },
    });
    await invalid.close();
  });
});

describe("a refused input", () => {
  test("stays, and leaves no folder behind", async () => {
    const input = inputOf([recordLine(0), "{"]);
    await expect(prepareRun(input, context)).rejects.toThrow(UserError);
    await expect(prepareRun(input, context)).rejects.toThrow(/line 2: .*--skip-invalid/s);
    expect(readFileSync(input.inputPath, "utf8")).toBe(`${recordLine(0)}\n{\n`);
    expect(readdirSync(join(input.settings.dataFolder, "output"))).toEqual([]);
  });

  test("is called by its own name where it was staged", async () => {
    const input = inputOf([recordLine(0)]);
    const staged = join(input.settings.dataFolder, "output", ".incoming", "ab12-pilot.jsonl");
    await expect(prepareRun({ ...input, inputPath: staged }, context)).rejects.toThrow(
      'Expected an input file, found nothing at "pilot.jsonl".',
    );
  });
});

describe("prepared twice", () => {
  test("it is the same run for the same workflow run", async () => {
    const input = inputOf(records(2));
    const first = await prepareRun(input, context);
    expect(await prepareRun(input, context)).toEqual(first);
    expect(readdirSync(dirname(first.directory))).toHaveLength(2);
  });

  test("two workflow runs within a second get different stamps", async () => {
    const first = inputOf(records(1));
    const { dataFolder } = first.settings;
    const inputPath = join(dataFolder, "input", "again.jsonl");
    writeFileSync(inputPath, recordLine(0));
    const second = { ...first, inputPath, inputName: "again.jsonl" };
    const runs = await Promise.all([
      prepareRun(first, { ...context, runId: "a" }),
      prepareRun(second, { ...context, runId: "b" }),
    ]);
    expect(new Set(runs.map(({ stamp }) => stamp)).size).toBe(2);
    expect(existsSync(first.inputPath) || existsSync(inputPath)).toBe(false);
  });
});

describe("what a process that died has left", () => {
  test("a stamp that nobody claimed is passed over", async () => {
    const input = inputOf(records(2));
    const now = new Date(2030, 0, 1);
    const folder = join(input.settings.dataFolder, "output", "pilot");
    mkdirSync(join(folder, ".01-01-2030-00-00-00"), { recursive: true });
    let calls = 0;
    const ticking = (): Date => new Date(now.getTime() + 999 * calls++);
    const run = await prepareRun(input, { ...context, now: ticking });
    expect(run.stamp).toBe("01-01-2030-00-00-01");
  });

  test.each([
    ["after the claim", ["all.index"], "back"],
    ["while the index was written", [], "back"],
    ["before the input was moved", [], "back"],
    ["before the manifest was written", [], "moved"],
    ["between copy and removal of the input", [], "both"],
  ])("a run that was left %s is finished by the next attempt", async (_, missing, place) => {
    const input = inputOf(records(3), { skipInvalid: true });
    const content = readFileSync(input.inputPath);
    const first = await prepareRun(input, context);
    const paths = runPaths(first.directory);
    const manifest = await readManifest(first.directory);
    rmSync(paths.manifest);
    for (const name of missing) rmSync(join(first.directory, name));
    writeFileSync(join(first.directory, "all.index.1-ab.tmp"), "torn");
    if (place === "back") renameSync(paths.input, input.inputPath);
    if (place === "both") writeFileSync(input.inputPath, content);

    expect(await prepareRun(input, context)).toEqual(first);
    const createdAt = expect.any(Number) as number;
    expect(await readManifest(first.directory)).toEqual({ ...manifest, createdAt });
    expect(existsSync(input.inputPath)).toBe(false);
    expect(readFileSync(paths.input)).toEqual(content);
    const store = await openGroupStore(first.directory, "all");
    expect((await readRecord(store, 2)).record.id).toBe(2);
    await store.close();
  });

  test("an input that was moved goes back where the next attempt refuses it", async () => {
    const input = inputOf(records(1));
    const { directory } = await prepareRun(input, context);
    rmSync(runPaths(directory).manifest);
    const checkRecord = (): readonly string[] => ["No longer known."];
    await expect(prepareRun(input, { ...context, checkRecord })).rejects.toThrow(
      "No longer known.",
    );
    expect(readFileSync(input.inputPath, "utf8")).toBe(`${recordLine(0)}\n`);
    expect(existsSync(directory)).toBe(false);
  });

  test("two attempts at the same time prepare one run", async () => {
    const input = inputOf(records(50));
    mkdirSync(join(input.settings.dataFolder, "output", "pilot"), { recursive: true });
    const first = await prepareRun(input, context);
    rmSync(runPaths(first.directory).manifest);
    renameSync(runPaths(first.directory).input, input.inputPath);
    const both = await Promise.all([prepareRun(input, context), prepareRun(input, context)]);
    expect(both).toEqual([first, first]);
    expect(await readManifest(first.directory)).toMatchObject({ records: 50 });
  });
});

test("a moved and staged input leaves nothing where it was staged", async () => {
  const { settings, inputPath } = inputOf(records(1));
  const folder = {
    input: join(settings.dataFolder, "none"),
    output: join(settings.dataFolder, "output"),
  };
  mkdirSync(folder.input);
  const staged = await stageInput(folder, inputPath, { move: true, sha256: "" });
  await prepareRun({ settings: settingsOf(settings.dataFolder), ...staged }, context);
  expect(readdirSync(join(folder.output, ".incoming"))).toEqual([]);
});
