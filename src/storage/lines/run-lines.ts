import { isThere } from "../files/is-there.js";
import { runPaths } from "../run/run-folder.js";
import { openCompletedLines } from "./open-completed-lines.js";
import { openLoggedLines } from "./open-logged-lines.js";
import type { RunLines } from "./placed-line.js";

/** @param directory state folder of a prepared run, or of a segment */
export async function openRunLines(directory: string): Promise<RunLines> {
  const isCompleted = await isThere(runPaths(directory).completed);
  return isCompleted ? await openCompletedLines(directory) : await openLoggedLines(directory);
}
