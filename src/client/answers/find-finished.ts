import { shellWord } from "../../domain/shell-word.js";
import { defined } from "../../domain/defined.js";
import { UserError } from "../../domain/failure/user-error.js";
import { isThere } from "../../storage/files/is-there.js";
import { endedRunMissing, runPaths } from "../../storage/run/run-folder.js";
import { findResult } from "../../storage/run/run-result.js";
import type { RunResult } from "../../storage/run/run-result.js";
import { findPresentRun } from "../status/find-run.js";
import type { FoundRun } from "../status/find-run.js";
import type { FindOptions } from "../connection/find-options.js";
import type { Ostinato } from "../connection/ostinato.js";
import { unknownExperiment } from "../status/unknown-experiment.js";

/** The latest run of an experiment that has ended and written its files. */
export interface FinishedRun extends Pick<FoundRun, "found"> {
  readonly directory: string;
  readonly result: RunResult;
}

/** Throws a `UserError` if the experiment is running or has no completed file. */
export async function findFinished(
  ostinato: Ostinato,
  name: string,
  options: FindOptions = {},
): Promise<FinishedRun> {
  const { found, directory } = await findPresentRun(ostinato, name, options);
  if (found?.open === true) throw stillRuns(name);
  if (!found && directory === undefined) {
    throw await unknownExperiment(ostinato, name, options.dataFolder);
  }
  const result = directory === undefined ? undefined : await findResult(directory);
  if (directory === undefined || !result) {
    throw new UserError(
      `The last run of "${name}" has no completed file. Run its input with \`ostinato run\`.`,
    );
  }
  return { directory, result, ...defined({ found }) };
}

/**
 * Returns the path of the latest run's completed file. Throws a `UserError` like `findFinished`, and
 * if the file was moved or deleted.
 */
export async function finishedFile(
  ostinato: Ostinato,
  name: string,
  options: FindOptions = {},
): Promise<string> {
  const { directory } = await findFinished(ostinato, name, options);
  const { completed } = runPaths(directory);
  if (!(await isThere(completed))) throw new UserError(endedRunMissing(completed));
  return completed;
}

export function stillRuns(name: string): UserError {
  return new UserError(
    `The experiment "${name}" still runs. \`ostinato follow ${shellWord(name)}\` waits for its end, and continues it where no worker runs; \`ostinato cancel ${shellWord(name)}\` ends it.`,
  );
}
