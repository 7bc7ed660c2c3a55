import { constants } from "node:fs";
import { copyFile, lstat, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { errorCode } from "../../domain/failure/error-code.js";
import { syncFolder } from "./write-atomically.js";

/**
 * Moves a file, across file systems too; where it dies half-way the file is still whole at `from`, at `to`, or at both.
 * Of a symbolic link the file that it points to is copied and stays, and the link goes: moved as it is, a relative one
 * would point nowhere.
 */
export async function moveFile(from: string, to: string): Promise<void> {
  if ((await lstat(from)).isSymbolicLink() || !(await isRenamed(from, to))) {
    await copyWhole(from, to);
    await rm(from, { force: true });
  }
  await syncFolder(dirname(to));
  // Else a power cut could bring the file back where a watch would take it a second time.
  await syncFolder(dirname(from));
}

/** False where the two are on different file systems. */
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

/** Copies a file so that `to` is the whole copy or not there. */
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
