import { basename, dirname, resolve } from "node:path";
import { UserError } from "../../domain/failure/user-error.js";
import { listRuns } from "../../storage/data-folder.js";
import type { RunSummary } from "../../storage/data-folder.js";
import {
  endedRunMissing,
  fileNameOf,
  isRunMissing,
  runMissing,
} from "../../storage/run/run-folder.js";
import { defined } from "../../domain/defined.js";
import { findExperiment } from "./find-experiment.js";
import type { FoundExperiment } from "./find-experiment.js";
import { dataFolderOf } from "../connection/find-options.js";
import type { FindOptions } from "../connection/find-options.js";
import type { Ostinato } from "../connection/ostinato.js";

/** The place of an experiment's latest run. */
export interface FoundRun {
  /** Absent if the server does not know the name. */
  readonly found?: FoundExperiment;
  readonly dataFolder: string;
  /**
   * The run's state folder, once it is prepared. With several stages, that of the main one as soon
   * as it exists.
   */
  readonly directory?: string;
}

/**
 * Asks the server. If it has forgotten the name or rejected its input, looks in the data folder.
 */
export async function findRun(
  ostinato: Ostinato,
  name: string,
  options: FindOptions,
): Promise<FoundRun> {
  const found = await findExperiment(ostinato.client, name);
  const dataFolder = found?.memo.dataFolder ?? dataFolderOf(options, ostinato.env);
  const directory = found ? found.memo.directory : await latestRun(dataFolder, name);
  return {
    dataFolder,
    ...defined({ found, directory }),
  };
}

/** The same for reading the run's files. Throws a `UserError` if they were moved or deleted. */
export async function findPresentRun(
  ostinato: Ostinato,
  name: string,
  options: FindOptions,
): Promise<FoundRun> {
  const run = await findRun(ostinato, name, options);
  const { found, directory } = run;
  if (directory !== undefined && (await isRunMissing(directory))) {
    throw new UserError(found?.open === true ? runMissing(directory) : endedRunMissing(directory));
  }
  return run;
}

/** The state folder of a name's latest run in a data folder. */
export async function latestRun(dataFolder: string, name: string): Promise<string | undefined> {
  const folder = fileNameOf(name);
  const runs = await listRuns(
    { output: resolve(dataFolder, "output") },
    ({ directory, reason }) => {
      if (basename(dirname(directory)) === folder) throw new UserError(reason);
    },
  );
  const own = runs.filter((run) => run.name === name || isMainStageOf(run, name));
  return own.at(-1)?.directory;
}

/** After a rephrase, the answers are in a folder with another name. */
function isMainStageOf({ stage }: RunSummary, name: string): boolean {
  return stage?.kind === "main" && stage.experiment === name;
}
