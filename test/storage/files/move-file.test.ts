import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { moveFile } from "../../../src/storage/files/move-file.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

test("a file is moved across file systems, whole and without a trace", async () => {
  const memory = mkdtempSync("/dev/shm/ostinato-");
  onTestFinished(() => {
    rmSync(memory, { recursive: true, force: true });
  });
  const folder = temporaryFolder();
  expect(statSync(memory).dev).not.toBe(statSync(folder).dev);
  const from = join(memory, "pilot.jsonl");
  const to = join(folder, "pilot.jsonl");
  writeFileSync(from, "{}\n");
  await moveFile(from, to);
  expect(readFileSync(to, "utf8")).toBe("{}\n");
  expect(existsSync(from)).toBe(false);
  expect(readdirSync(folder)).toEqual(["pilot.jsonl"]);
});

test("a file that is not there moves nothing", async () => {
  const folder = temporaryFolder();
  await expect(moveFile(join(folder, "a"), join(folder, "b"))).rejects.toThrow("ENOENT");
  expect(readdirSync(folder)).toEqual([]);
});

test("of a relative link the file it points to is copied and stays, and the link goes", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "input"));
  mkdirSync(join(folder, "output"));
  writeFileSync(join(folder, "pilot.jsonl"), "{}\n");
  const link = join(folder, "input", "pilot.jsonl");
  const to = join(folder, "output", "pilot.jsonl");
  symlinkSync("../pilot.jsonl", link);
  await moveFile(link, to);
  expect(lstatSync(to).isFile()).toBe(true);
  expect(readFileSync(to, "utf8")).toBe("{}\n");
  expect(readFileSync(join(folder, "pilot.jsonl"), "utf8")).toBe("{}\n");
  expect(readdirSync(join(folder, "input"))).toEqual([]);
});
