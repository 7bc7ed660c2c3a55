import { tokensOfApi } from "../../providers/registry/registry.js";
import { readResults } from "../../storage/completed/results.js";
import type { Ostinato } from "../connection/ostinato.js";
import { findPresentRun } from "../status/find-run.js";
import { unknownExperiment } from "../status/unknown-experiment.js";
import type { FindOptions } from "../connection/find-options.js";

/**
 * Reads the lines of the completed file that have an outcome so far, in input order. Also works
 * while the experiment is running.
 */
export async function* readExperimentResults(
  ostinato: Ostinato,
  name: string,
  options: FindOptions = {},
): AsyncGenerator<string> {
  const { found, directory } = await findPresentRun(ostinato, name, options);
  if (directory !== undefined) {
    yield* readRunResults(directory);
    return;
  }
  if (!found) throw await unknownExperiment(ostinato, name, options.dataFolder);
}

/** The same for a run by its state folder. */
export function readRunResults(directory: string): AsyncGenerator<string> {
  return readResults(directory, { tokensOf: tokensOfApi });
}
