import { readResults } from "../storage/results.js";
import type { Ostinato } from "./ostinato.js";
import { findRun } from "./find-run.js";
import { unknownExperiment } from "./unknown-experiment.js";
import type { FindOptions } from "./list-experiments.js";

/** The lines of the completed file as far as there are outcomes, in input order; also while the experiment runs. */
export async function* readExperimentResults(
  ostinato: Ostinato,
  name: string,
  options: FindOptions = {},
): AsyncGenerator<string> {
  const { found, directory } = await findRun(ostinato, name, options);
  if (directory !== undefined) {
    yield* readResults(directory);
    return;
  }
  if (!found) throw await unknownExperiment(ostinato, name, options.dataFolder);
}
