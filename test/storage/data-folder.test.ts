import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  lstatSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";

import { UserError } from "../../src/domain/failure/user-error.js";
import type { DataFolder } from "../../src/storage/data-folder.js";
import type { UnreadableRun } from "../../src/storage/run/list-runs.js";
import { runPaths } from "../../src/storage/run/run-folder.js";
import {
  discardStaged,
  forgottenInputs,
  listRuns,
  openDataFolder,
  stageInput,
} from "../../src/storage/data-folder.js";
import { finishRun } from "../../src/storage/run/finish-run.js";
import { openGroupStore } from "../../src/storage/log/group-store.js";
import { prepareRun } from "../../src/storage/run/prepare-run.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { completedLine, context, failedLine, records, settingsOf } from "./run/prepared-run.js";

function sha256(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

async function newDataFolder(): Promise<DataFolder> {
  return openDataFolder(join(realpathSync(temporaryFolder()), "data"));
}

function outsideFile(content: string, name = "pilot.jsonl"): string {
  const path = join(realpathSync(temporaryFolder()), name);
  writeFileSync(path, content);
  return path;
}

describe("opening", () => {
  test("all that is missing is made", async () => {
    const folder = await newDataFolder();
    const made = [".ostinato-folder.json", "input", "media", "output"];
    expect(readdirSync(folder.path).sort()).toEqual(made);
    expect(readdirSync(folder.output)).toEqual([]);
    expect(await openDataFolder(folder.path)).toEqual(folder);
  });

  test("a file in the way is named", async () => {
    const file = outsideFile("x", "data");
    await expect(openDataFolder(file)).rejects.toThrow(UserError);
    await expect(openDataFolder(file)).rejects.toThrow(/but a file is in the way .*--data-folder/);
  });

  test("a folder that takes no file is refused", async () => {
    await expect(openDataFolder("/proc/1/ostinato")).rejects.toThrow(UserError);
    await expect(openDataFolder("/proc/1/ostinato")).rejects.toThrow(
      /^Expected to write in the data folder "\/proc\/1\/ostinato", got: /,
    );
  });
});

describe("staging", () => {
  test("a file of the input folder is used in place, however it is named", async () => {
    const folder = await newDataFolder();
    const inputPath = join(folder.input, "pilot.jsonl");
    writeFileSync(inputPath, "x");
    const link = join(temporaryFolder(), "link");
    symlinkSync(folder.input, link);
    for (const file of [inputPath, join(link, "pilot.jsonl")]) {
      const staged = await stageInput(folder, file, { move: true, sha256: sha256("x") });
      expect(staged).toEqual({ inputPath, inputName: "pilot.jsonl" });
    }
    await discardStaged(inputPath);
    expect(readFileSync(inputPath, "utf8")).toBe("x");
  });

  test("a file from outside is copied where no watcher looks", async () => {
    const folder = await newDataFolder();
    const file = outsideFile("x");
    const staged = await stageInput(folder, file, { move: false, sha256: sha256("x") });
    expect(staged.inputName).toBe("pilot.jsonl");
    expect(staged.inputPath).toMatch(/\/output\/\.incoming\/[0-9a-f]+-pilot\.jsonl$/);
    expect(readFileSync(staged.inputPath, "utf8")).toBe("x");
    expect(readFileSync(file, "utf8")).toBe("x");
    expect(readdirSync(folder.input)).toEqual([]);
    await discardStaged(staged.inputPath);
    await discardStaged(staged.inputPath);
    expect(readdirSync(join(folder.output, ".incoming"))).toEqual([]);
  });

  test("a moved file goes back where the start is refused", async () => {
    const folder = await newDataFolder();
    const file = outsideFile("x");
    const staged = await stageInput(folder, file, { move: true, sha256: sha256("x") });
    expect(existsSync(file)).toBe(false);
    await discardStaged(staged.inputPath);
    expect(readFileSync(file, "utf8")).toBe("x");
    expect(readdirSync(join(folder.output, ".incoming"))).toEqual([]);
  });

  test("a moved file stays where another has come to its place", async () => {
    const folder = await newDataFolder();
    const file = outsideFile("x");
    const staged = await stageInput(folder, file, { move: true, sha256: sha256("x") });
    writeFileSync(file, "y");
    await discardStaged(staged.inputPath);
    expect(readFileSync(staged.inputPath, "utf8")).toBe("x");
    expect(readFileSync(file, "utf8")).toBe("y");
    writeFileSync(file, "x");
    await discardStaged(staged.inputPath);
    expect(readdirSync(join(folder.output, ".incoming"))).toEqual([]);
  });

  test("a relative link is read through: what it points to is copied, and both stay", async () => {
    const folder = await newDataFolder();
    const file = outsideFile("x");
    const link = join(file, "..", "link.jsonl");
    symlinkSync("pilot.jsonl", link);
    const staged = await stageInput(folder, link, { move: true, sha256: sha256("x") });
    expect(staged.inputName).toBe("link.jsonl");
    expect(lstatSync(staged.inputPath).isFile()).toBe(true);
    expect(readFileSync(staged.inputPath, "utf8")).toBe("x");
    expect([readlinkSync(link), readFileSync(file, "utf8")]).toEqual(["pilot.jsonl", "x"]);
    await discardStaged(staged.inputPath);
    expect([readlinkSync(link), readFileSync(file, "utf8")]).toEqual(["pilot.jsonl", "x"]);
    expect(readdirSync(join(folder.output, ".incoming"))).toEqual([]);
  });

  test("is forgotten after a day, half-made copies and notes included", async () => {
    const folder = await newDataFolder();
    const now = Date.now();
    expect(await forgottenInputs(folder, now)).toEqual([]);
    const moved = await stageInput(folder, outsideFile("x"), { move: true, sha256: sha256("x") });
    const incoming = join(folder.output, ".incoming");
    const half = join(incoming, "ab-pilot.jsonl.partial");
    writeFileSync(half, "x");
    const noted = join(incoming, "cd-pilot.jsonl");
    writeFileSync(`${noted}.origin`, "/nowhere/pilot.jsonl");
    const dayMs = 24 * 3_600_000;
    expect(await forgottenInputs(folder, now + dayMs - 60_000)).toEqual([]);
    const forgotten = await forgottenInputs(folder, now + dayMs + 60_000);
    expect(forgotten.sort()).toEqual([moved.inputPath, half, noted].sort());
    for (const path of forgotten) await discardStaged(path);
    expect(readdirSync(incoming)).toEqual([]);
  });

  test("a file of the same name in the input folder is used if it is the same, else the start is refused", async () => {
    const folder = await newDataFolder();
    const place = join(folder.input, "pilot.jsonl");
    writeFileSync(place, "x");
    const same = await stageInput(folder, outsideFile("x"), { move: false, sha256: sha256("x") });
    expect(same).toEqual({ inputPath: place, inputName: "pilot.jsonl" });
    const other = stageInput(folder, outsideFile("y"), { move: false, sha256: sha256("y") });
    await expect(other).rejects.toThrow(UserError);
    await expect(other).rejects.toThrow(/Expected no other "pilot\.jsonl" in ".*input".*--name/);
    expect(readFileSync(place, "utf8")).toBe("x");
  });
});

describe("listing", () => {
  test("a data folder without runs has none", async () => {
    expect(await listRuns(await newDataFolder())).toEqual([]);
    expect(await listRuns({ output: join(temporaryFolder(), "none") })).toEqual([]);
  });

  test("running and finished runs are told of, the oldest first; unprepared ones are not", async () => {
    const folder = await newDataFolder();
    mkdirSync(join(folder.output, "other", ".01-01-2020-00-00-00"), { recursive: true });
    const directories: string[] = [];
    for (const [index, name] of ["b/2", "a"].entries()) {
      const inputPath = join(folder.input, "any.jsonl");
      writeFileSync(inputPath, records(2).join("\n"));
      const settings = settingsOf(folder.path, { name });
      const started = new Date(2030, 0, 1 + index);
      const input = { settings, inputPath, inputName: "any.jsonl" };
      const run = await prepareRun(input, { ...context, runId: name, now: () => started });
      directories.push(run.directory);
    }
    const [first = "", second = ""] = directories;
    const store = await openGroupStore(first, "all");
    await store.append(completedLine(0));
    await store.append(failedLine(1));
    await store.close();
    const finishedAt = new Date(2030, 0, 5);
    const finished = await finishRun(first, { cancelled: [], now: () => finishedAt });
    expect(await listRuns(folder)).toEqual([
      {
        name: "b/2",
        stamp: "01-01-2030-00-00-00",
        directory: first,
        records: 2,
        invalid: 0,
        finished: true,
        counts: { completed: 1, failed: 1 },
        completedFile: finished.status === "finished" ? finished.completedFile : "",
        startedAt: new Date(2030, 0, 1).getTime(),
        finishedAt: finishedAt.getTime(),
      },
      {
        name: "a",
        stamp: "02-01-2030-00-00-00",
        directory: second,
        records: 2,
        invalid: 0,
        finished: false,
        startedAt: new Date(2030, 0, 2).getTime(),
      },
    ]);
    expect(basename(join(first, ".."))).toBe("b%2F2");
  });

  test("one of another version is named, and hides no other", async () => {
    const folder = await newDataFolder();
    const [old = "", other = "", broken = ""] = await Promise.all(
      ["old", "other", "broken"].map(async (name) => {
        const inputPath = join(folder.input, `${name}.jsonl`);
        writeFileSync(inputPath, records(1).join("\n"));
        const settings = settingsOf(folder.path, { name });
        const input = { settings, inputPath, inputName: `${name}.jsonl` };
        return (await prepareRun(input, { ...context, runId: name })).directory;
      }),
    );
    const { manifest } = runPaths(other);
    const written = JSON.parse(readFileSync(manifest, "utf8")) as object;
    writeFileSync(manifest, JSON.stringify({ ...written, version: 1 }));
    writeFileSync(runPaths(broken).manifest, "{");
    const unreadable: UnreadableRun[] = [];
    const runs = await listRuns(folder, (run) => unreadable.push(run));
    expect(runs.map(({ directory }) => directory)).toEqual([old]);
    expect(unreadable.map(({ directory }) => directory).sort()).toEqual([broken, other].sort());
    expect(unreadable.find(({ directory }) => directory === other)?.reason).toBe(
      `Expected a run of version 2, got version 1 in "${manifest}". Another version of Ostinato made it. Read it with that version.`,
    );
  });
});
