import { existsSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../../../src/storage/files/make-folder.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

test("makes a folder and all above it, however many make it at once", async () => {
  for (let round = 0; round < 50; round += 1) {
    const root = temporaryFolder();
    const paths = ["input", "output", "media"].map((name) => join(root, "a", "b", name));
    await Promise.all([...paths, ...paths, ...paths].map(async (path) => makeFolder(path)));
    expect(paths.every((path) => statSync(path).isDirectory())).toBe(true);
  }
});

test("says why where no folder can be made, and ends", async () => {
  const root = temporaryFolder();
  const file = join(root, "file");
  await writeFile(file, "");
  await expect(makeFolder(join(file, "a", "b"))).rejects.toThrow("ENOTDIR");
  await expect(makeFolder(file)).rejects.toThrow("EEXIST");
  expect(existsSync(join(root, "a"))).toBe(false);
});

test("ends where the file system takes no folder", async () => {
  await expect(makeFolder("/proc/ostinato/data/input")).rejects.toThrow(/ENOENT|EROFS|EACCES/);
});
