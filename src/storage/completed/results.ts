import { errorCode } from "../../domain/failure/error-code.js";
import { readInputLines } from "../input/input-lines.js";
import { withoutTornEnd } from "../lines/without-torn-end.js";
import { findManifest, runPaths } from "../run/run-folder.js";
import { segmentFolders } from "../run/pipeline/segment-folder.js";
import { outputLines } from "./output-lines.js";
import { readOutcomes } from "../log/run-outcomes.js";
import type { ReadOutcomesOptions } from "../log/run-outcomes.js";

/**
 * Yields the output lines of all records with an outcome so far, in the order of the input, without
 * line feeds. For a pipeline with global steps, yields the lines of each segment in turn.
 */
export async function* readResults(
  directory: string,
  options: ReadOutcomesOptions = {},
): AsyncGenerator<string, void, undefined> {
  for (const segment of await segmentFolders(directory)) {
    if (segment === directory || (await findManifest(segment))) yield* linesOf(segment, options);
  }
}

async function* linesOf(
  directory: string,
  options: ReadOutcomesOptions,
): AsyncGenerator<string, void, undefined> {
  try {
    const lines = withoutTornEnd(readInputLines(runPaths(directory).completed));
    for await (const { text } of lines) yield text;
    return;
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
  for await (const { text } of outputLines(await readOutcomes(directory, options))) yield text;
}
