import { access, writeFile } from "node:fs/promises";

import { errorCode } from "./error-code.js";
import { runPaths } from "./run-folder.js";

/** Tells every process that sends for a run to give up the calls that it has in flight. Safe to repeat. */
export async function markAborted(directory: string): Promise<void> {
  await writeFile(runPaths(directory).abort, "");
}

export async function isAborted(directory: string): Promise<boolean> {
  try {
    await access(runPaths(directory).abort);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}
