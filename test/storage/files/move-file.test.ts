import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
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
