import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

import { errorCode } from "./error-code.js";

/** Makes a folder and those above it. Node's own recursive `mkdir` never ends where the file system takes no folder, as in `/proc`. */
export async function makeFolder(path: string): Promise<void> {
  if (await makeOne(path)) return;
  await makeFolder(dirname(path));
  await mkdir(path).catch(async (error: unknown) => {
    if (!(await isFolder(path))) throw error;
  });
}

/** `false` where the folder above is missing. */
async function makeOne(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (await isFolder(path)) return true;
    if (errorCode(error) !== "ENOENT" || (await isFolder(dirname(path)))) throw error;
    return false;
  }
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
