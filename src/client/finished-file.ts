import { UserError } from "../domain/user-error.js";
import { runPaths } from "../storage/run-folder.js";
import { findResult } from "../storage/run-result.js";
import { findRun } from "./find-run.js";
import type { FindOptions } from "./list-experiments.js";
import type { Ostinato } from "./ostinato.js";
import { unknownExperiment } from "./unknown-experiment.js";

/** The completed file of an experiment's latest run. Throws a `UserError` where that runs, or came to no file. */
export async function finishedFile(
  ostinato: Ostinato,
  name: string,
  options: FindOptions = {},
): Promise<string> {
  const { found, directory } = await findRun(ostinato, name, options);
  if (found?.open === true) {
    throw new UserError(
      `The experiment "${name}" still runs. Wait for its end (\`ostinato follow ${name}\`), or cancel it first.`,
    );
  }
  if (!found && directory === undefined) {
    throw await unknownExperiment(ostinato, name, options.dataFolder);
  }
  if (directory === undefined || !(await findResult(directory))) {
    throw new UserError(
      `The last run of "${name}" came to no completed file. Run its input with \`ostinato run\`.`,
    );
  }
  return runPaths(directory).completed;
}
