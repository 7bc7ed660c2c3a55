import { constants } from "node:fs";
import { copyFile, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { errorCode } from "../../domain/failure/error-code.js";
import { syncFolder } from "./write-atomically.js";

/** Moves a file, across file systems too; where it dies half-way the file is still whole at `from`, at `to`, or at both. */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
    await syncFile(to);
  } catch (error) {
    if (errorCode(error) !== "EXDEV") throw error;
    await copyWhole(from, to);
    await rm(from, { force: true });
  }
  await syncFolder(dirname(to));
  // Else a power cut could bring the file back where a watch would take it a second time.
  await syncFolder(dirname(from));
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
