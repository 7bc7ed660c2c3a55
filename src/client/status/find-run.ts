import { basename, dirname, resolve } from "node:path";
import { UserError } from "../../domain/failure/user-error.js";
import { listRuns } from "../../storage/data-folder.js";
import type { RunSummary } from "../../storage/data-folder.js";
import { fileNameOf } from "../../storage/run/run-folder.js";
import { defined } from "../../domain/defined.js";
import { findExperiment } from "./find-experiment.js";
import type { FoundExperiment } from "./find-experiment.js";
import { dataFolderOf } from "./list-experiments.js";
import type { FindOptions } from "./list-experiments.js";
import type { Ostinato } from "../connection/ostinato.js";

/** Where the latest run of an experiment is. */
export interface FoundRun {
  /** Absent where the server doesn't know the name. */
  readonly found?: FoundExperiment;
  readonly dataFolder: string;
  /** The run's state folder, once it is prepared; of an experiment with stages, that of the main one as soon as it is. */
  readonly directory?: string;
}

/** By the server; where it has forgotten the name, or its input was refused, by the data folder. */
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
    ...(found ? { found } : {}),
    ...defined({ directory }),
  };
}

async function latestRun(dataFolder: string, name: string): Promise<string | undefined> {
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

/** After a rephrase the answers lie in a folder of another name. */
function isMainStageOf({ stage }: RunSummary, name: string): boolean {
  return stage?.kind === "main" && stage.experiment === name;
}
