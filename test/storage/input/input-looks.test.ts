import {
  appendFileSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { InputLooks, lookAtFile } from "../../../src/storage/input/input-looks.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

/** An input folder with a clock that moves when it is told to. */
function inputFolder(): {
  readonly folder: string;
  readonly write: (name: string, text?: string) => void;
  readonly look: (afterMs: number) => Promise<[name: string, complete: boolean][]>;
} {
  const folder = temporaryFolder();
  let nowMs = 0;
  const looks = new InputLooks(() => nowMs);
  return {
    folder,
    write: (name, text = "{}\n") => writeFileSync(join(folder, name), text),
    look: async (afterMs) => {
      nowMs += afterMs;
      const seen = await looks.look(folder);
      return seen.map(({ inputName, complete }) => [inputName, complete]);
    },
  };
}

describe("a look into an input folder", () => {
  test("finds a file complete that is unchanged since a look 1.5 s before", async () => {
    const { write, look } = inputFolder();
    write("a.jsonl");
    expect(await look(0)).toEqual([["a.jsonl", false]]);
    expect(await look(1_000)).toEqual([["a.jsonl", false]]);
    expect(await look(500)).toEqual([["a.jsonl", true]]);
  });

  test("passes over a link that points to itself or to nothing, and takes one to a file", async () => {
    const { folder, write, look } = inputFolder();
    write("not-an-input.txt");
    symlinkSync("loop.jsonl", join(folder, "loop.jsonl"));
    symlinkSync("../gone.jsonl", join(folder, "gone.jsonl"));
    symlinkSync("not-an-input.txt", join(folder, "linked.jsonl"));
    expect(await look(0)).toEqual([["linked.jsonl", false]]);
    expect(await look(1_500)).toEqual([["linked.jsonl", true]]);
  });

  test("waits again for a file that was written on or replaced", async () => {
    const { folder, write, look } = inputFolder();
    write("a.jsonl");
    await look(0);
    appendFileSync(join(folder, "a.jsonl"), "{}\n");
    expect(await look(2_000)).toEqual([["a.jsonl", false]]);
    expect(await look(2_000)).toEqual([["a.jsonl", true]]);
    write("new", "{}\n{}\n");
    renameSync(join(folder, "new"), join(folder, "a.jsonl"));
    expect(await look(2_000)).toEqual([["a.jsonl", false]]);
  });

  test("waits for the settings beside a file as for the file", async () => {
    const { write, look } = inputFolder();
    write("a.jsonl");
    await look(0);
    write("a.settings.json");
    expect(await look(2_000)).toEqual([["a.jsonl", false]]);
    expect(await look(2_000)).toEqual([["a.jsonl", true]]);
  });

  test("passes over what is not meant to be run", async () => {
    const { folder, write, look } = inputFolder();
    const others = [
      ".a.jsonl",
      "~$a.csv",
      "#a.jsonl#",
      "a.jsonl~",
      "a.jsonl.swp",
      "a.txt",
      "4913",
      "a.settings.json",
    ];
    [...others, "a.settings.json", "b.settings.json", "a.jsonl.part"].forEach((name) =>
      write(name),
    );
    mkdirSync(join(folder, "folder.jsonl"));
    mkdirSync(join(folder, "rejected"));
    expect(await look(0)).toEqual([]);
    write("a.jsonl");
    for (const name of ["b.csv", "c.JSON", "d.tsv"]) write(name);
    expect((await look(0)).map(([name]) => name)).toEqual(["a.jsonl", "b.csv", "c.JSON", "d.tsv"]);
  });

  test("gives the files in the order in which they came, whatever their content's age", async () => {
    const { folder, write, look } = inputFolder();
    for (const name of ["c.jsonl", "a.jsonl", "b.jsonl"]) {
      write(name);
      await sleep(15);
    }
    expect((await look(0)).map(([name]) => name)).toEqual(["c.jsonl", "a.jsonl", "b.jsonl"]);
    const path = join(folder, "elsewhere");
    writeFileSync(path, "{}\n");
    utimesSync(path, new Date(0), new Date(0));
    renameSync(path, join(folder, "d.jsonl"));
    expect((await look(0)).map(([name]) => name).at(-1)).toBe("d.jsonl");
  });

  test("forgets what is gone", async () => {
    const { folder, write, look } = inputFolder();
    write("a.jsonl");
    await look(0);
    unlinkSync(join(folder, "a.jsonl"));
    expect(await look(2_000)).toEqual([]);
    write("a.jsonl");
    expect(await look(2_000)).toEqual([["a.jsonl", false]]);
  });
});

test("a file that is gone is nothing, one with settings brings their path", async () => {
  const folder = temporaryFolder();
  const file = { inputName: "a.jsonl", path: join(folder, "a.jsonl") };
  expect(await lookAtFile(file)).toBeUndefined();
  writeFileSync(file.path, "{}\n");
  const alone = await lookAtFile(file);
  writeFileSync(join(folder, "a.settings.json"), "{}");
  const both = await lookAtFile(file);
  expect(both?.settingsPath).toBe(join(folder, "a.settings.json"));
  expect(both?.fingerprint).not.toBe(alone?.fingerprint);
});
