import { writeFile } from "node:fs/promises";

import { isThere } from "../files/is-there.js";
import { runPaths } from "./run-folder.js";

/** Tells all sending processes of a run to abort their calls in flight. Safe to repeat. */
export async function markAborted(directory: string): Promise<void> {
  await writeFile(runPaths(directory).abort, "");
}

export async function isAborted(directory: string): Promise<boolean> {
  return isThere(runPaths(directory).abort);
}
