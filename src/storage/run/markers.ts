/** Empty files in a run's folder that signal all processes working for the run. */
import { writeFile } from "node:fs/promises";

import { isThere } from "../files/is-there.js";
import { isRunMissing, runPaths } from "./run-folder.js";

/** Tells all sending processes of a run to abort their calls in flight. Safe to repeat. */
export async function markAborted(directory: string): Promise<void> {
  await writeFile(runPaths(directory).abort, "");
}

export async function isAborted(directory: string): Promise<boolean> {
  return isThere(runPaths(directory).abort);
}

/**
 * Tells all processes of a run to start nothing more, permanently. Safe to repeat, even after the
 * run was deleted.
 */
export async function markStopped(directory: string): Promise<void> {
  if (await isRunMissing(directory)) return;
  await writeFile(runPaths(directory).stop, "");
}

export async function isStopped(directory: string): Promise<boolean> {
  return isThere(runPaths(directory).stop);
}
