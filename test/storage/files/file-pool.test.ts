import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FilePool } from "../../../src/storage/files/file-pool.js";
import { openFilesBelow } from "../../helpers/open-files.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

function setUp(count: number, mostOpen: number) {
  const folder = temporaryFolder();
  const paths = Array.from({ length: count }, (_, index) => {
    const path = join(folder, `${index.toString()}.txt`);
    writeFileSync(path, `file ${index.toString()}`);
    return path;
  });
  const pool = new FilePool(mostOpen);
  onTestFinished(async () => pool.dropAll());
  const read = async (path = ""): Promise<string> =>
    pool.use(path, "r", async (file) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
      return buffer.toString("utf8", 0, bytesRead);
    });
  return { folder, paths, pool, read };
}

test("the last used files stay open, and no more than the limit", async () => {
  const { folder, paths, read } = setUp(20, 3);
  for (const path of [...paths, ...paths]) {
    await read(path);
    expect(openFilesBelow(folder)).toBeLessThanOrEqual(3);
  }
  expect(await read(paths[7])).toBe("file 7");
  expect(openFilesBelow(folder)).toBe(3);
});

test("a file in use stays open, however many others are used meanwhile", async () => {
  const { folder, paths, pool, read } = setUp(10, 2);
  const [first = "", ...others] = paths;
  await pool.use(first, "r+", async (file) => {
    for (const path of others) await read(path);
    await file.write("kept", 0);
  });
  expect(await read(first)).toBe("kept 0");
  expect(openFilesBelow(folder)).toBe(2);
});

test("many uses of one file at once share one descriptor", async () => {
  const { folder, paths, read } = setUp(1, 8);
  const texts = await Promise.all(Array.from({ length: 50 }, async () => read(paths[0])));
  expect(new Set(texts)).toEqual(new Set(["file 0"]));
  expect(openFilesBelow(folder)).toBe(1);
});

test("a dropped file is closed after its last use, and opened anew at the next", async () => {
  const { folder, paths, pool, read } = setUp(2, 8);
  const [one = "", other = ""] = paths;
  await pool.use(one, "r", async () => {
    await pool.drop(one);
    expect(openFilesBelow(folder)).toBe(1);
  });
  expect(openFilesBelow(folder)).toBe(0);
  await read(one);
  renameSync(other, one);
  await pool.drop(one);
  expect(await read(one)).toBe("file 1");
});

test("a file that can't be opened is tried again at the next use", async () => {
  const { folder, read } = setUp(0, 2);
  const path = join(folder, "late.txt");
  await expect(read(path)).rejects.toThrow("ENOENT");
  writeFileSync(path, "here");
  expect(await read(path)).toBe("here");
});
