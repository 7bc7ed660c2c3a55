import { constants } from "node:fs";
import { copyFile, lstat, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { errorCode } from "../../domain/failure/error-code.js";
import { syncFolder } from "./write-atomically.js";

/**
 * Moves a file, also across file systems. After a crash, the whole file is at `from`, at `to`, or
 * at both. For a symbolic link, the target is copied and stays, and the link is removed, because a
 * moved relative link would be broken.
 */
export async function moveFile(from: string, to: string): Promise<void> {
  if ((await lstat(from)).isSymbolicLink() || !(await isRenamed(from, to))) {
    await copyWhole(from, to);
    await rm(from, { force: true });
  }
  await syncFolder(dirname(to));
  // Without this, the file could reappear after a power cut, and a watch would run it a second
  // time.
  await syncFolder(dirname(from));
}

/** Renames a file. Returns false if the paths are on different file systems. */
async function isRenamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
  } catch (error) {
    if (errorCode(error) === "EXDEV") return false;
    throw error;
  }
  await syncFile(to);
  return true;
}

/** Copies a file atomically: `to` is either the complete copy or missing. */
export async function copyWhole(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  try {
    await copyFile(from, partial, constants.COPYFILE_FICLONE);
    await syncFile(partial);
    await rename(partial, to);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  await syncFolder(dirname(to));
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
