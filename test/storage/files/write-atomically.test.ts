import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { copyWhole, moveFile } from "../../../src/storage/files/move-file.js";
import {
  writeAtomically,
  writeJsonAtomically,
} from "../../../src/storage/files/write-atomically.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

test("a file is replaced whole", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "a.json");
  writeFileSync(path, "before, and longer than what comes");
  await writeJsonAtomically(path, { a: 1 });
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ a: 1 });
  expect(readdirSync(folder)).toEqual(["a.json"]);
});

test("content that breaks off leaves the old file and nothing else", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "a.txt");
  writeFileSync(path, "before");
  async function* broken(): AsyncGenerator<string> {
    yield "half";
    throw new Error("no more");
  }
  await expect(writeAtomically(path, broken())).rejects.toThrow("no more");
  expect(readFileSync(path, "utf8")).toBe("before");
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});

test("content is gathered in the folder that is named", async () => {
  const folder = temporaryFolder();
  const gathering = join(folder, "state");
  mkdirSync(gathering);
  const path = join(folder, "a.txt");
  const seen: string[][] = [];
  async function* content(): AsyncGenerator<string> {
    yield "one ";
    seen.push(readdirSync(folder), readdirSync(gathering));
    yield "two";
  }
  await writeAtomically(path, content(), gathering);
  expect(readFileSync(path, "utf8")).toBe("one two");
  expect(seen).toEqual([["state"], [expect.stringMatching(/^a\.txt\..*\.tmp$/)]]);
});

test("a move or copy that can't be made leaves the file where it was", async () => {
  const folder = temporaryFolder();
  const from = join(folder, "a.txt");
  writeFileSync(from, "x");
  await expect(moveFile(from, join(folder, "none", "a.txt"))).rejects.toThrow("ENOENT");
  await expect(copyWhole(from, join(folder, "none", "a.txt"))).rejects.toThrow("ENOENT");
  expect(readFileSync(from, "utf8")).toBe("x");
});

test("a file moves from one file system to another", async () => {
  const from = join(temporaryFolder(), "a.txt");
  const shared = join("/dev/shm", `ostinato-${process.pid.toString()}.txt`);
  writeFileSync(from, "x");
  await moveFile(from, shared);
  await moveFile(shared, from);
  expect(readFileSync(from, "utf8")).toBe("x");
  expect(readdirSync("/dev/shm").filter((name) => name.includes(process.pid.toString()))).toEqual(
    [],
  );
});
