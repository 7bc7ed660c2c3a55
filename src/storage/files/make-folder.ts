import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

import { errorCode } from "../../domain/failure/error-code.js";

/**
 * Creates a folder and its parents, even if other processes create them at the same time. Node's
 * recursive `mkdir` never ends on a file system that accepts no folders, such as `/proc`.
 */
export async function makeFolder(path: string): Promise<void> {
  if (await makeOne(path)) return;
  await makeFolder(dirname(path));
  if (!(await makeOne(path)))
    throw new Error(`${dirname(path)} was removed while ${path} was made`);
}

/** Creates a folder. Returns `false` if the parent folder is missing. */
async function makeOne(path: string): Promise<boolean> {
  try {
    return await tryToMake(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    if (!(await isFolder(dirname(path)))) return false;
  }
  // Another process has created the parent folder in the meantime.
  return tryToMake(path);
}

async function tryToMake(path: string): Promise<true> {
  try {
    await mkdir(path);
  } catch (error) {
    if (!(await isFolder(path))) throw error;
  }
  return true;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}
