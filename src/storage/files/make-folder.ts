import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

import { errorCode } from "../../domain/failure/error-code.js";

/**
 * Makes a folder and those above it, whoever else makes them at the same time. Node's own recursive `mkdir` never ends
 * where the file system takes no folder, as in `/proc`.
 */
export async function makeFolder(path: string): Promise<void> {
  if (await makeOne(path)) return;
  await makeFolder(dirname(path));
  if (!(await makeOne(path)))
    throw new Error(`${dirname(path)} was removed while ${path} was made`);
}

/** `false` where the folder above is missing. */
async function makeOne(path: string): Promise<boolean> {
  try {
    return await tryToMake(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    if (!(await isFolder(dirname(path)))) return false;
  }
  // Another process has made the folder above since.
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
