import { resolve } from "node:path";
import { completeRunSettings } from "../../../settings/resolve-settings.js";
import { importLines } from "../../../storage/batch/import-lines.js";
import type { ImportedRun } from "../../../storage/batch/import-lines.js";
import { openPromptflowRun } from "../../../storage/batch/promptflow-run.js";
import { openDataFolder } from "../../../storage/data-folder.js";
import { toExperimentSettings } from "../../start/check-experiment.js";

export interface ImportOptions {
  /** @default "data" */
  readonly dataFolder?: string;
  /** Name of the imported run. @default the folder's name */
  readonly name?: string;
}

/**
 * Imports a run folder of promptflow (`~/.promptflow/.runs/NAME`) into a data folder as a finished
 * run. Other runs can then resume from it and use it as an input. Throws a `UserError` if the
 * folder is not a run folder of promptflow.
 */
export async function importRun(
  folder: string,
  { dataFolder = "data", name: given }: ImportOptions = {},
): Promise<ImportedRun> {
  const run = await openPromptflowRun(resolve(folder));
  const { path } = await openDataFolder(dataFolder);
  const name = given ?? run.name;
  const settings = completeRunSettings({ dataFolder: path, file: `${name}.jsonl` });
  return await importLines(run, toExperimentSettings(settings, name));
}
