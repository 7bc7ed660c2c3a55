import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../../domain/failure/user-error.js";
import { isThere } from "../../storage/files/is-there.js";
import { runPaths } from "../../storage/run/run-folder.js";
import { latestRun } from "../status/find-run.js";

/**
 * Returns the state folder of the run to report. Throws a `UserError` if the run does not exist.
 *
 * @param given name of an experiment, whose latest run counts, or path of a run's completed file
 */
export async function reportedRun(given: string, dataFolder: string): Promise<string> {
  if (given.endsWith(".jsonl")) return await runOfFile(resolve(given));
  const directory = await latestRun(dataFolder, given);
  if (directory !== undefined) return directory;
  throw new UserError(
    `There is no run of "${given}" in the data folder ${JSON.stringify(resolve(dataFolder))}. \`ostinato list\` shows the names; --data-folder names another data folder.`,
  );
}

async function runOfFile(path: string): Promise<string> {
  const [stamp] = basename(path).split("-completed-");
  const directory = join(dirname(path), `.${stamp ?? ""}`);
  const isOfRun = runPaths(directory).completed === path;
  if (isOfRun && (await isThere(path)) && (await isThere(runPaths(directory).manifest))) {
    return directory;
  }
  throw new UserError(
    `Expected a run's completed file beside its state folder, e.g. data/output/pilot/<stamp>-completed-pilot.jsonl, got ${JSON.stringify(path)}. Compare the scores of other files with \`ostinato compare\`.`,
  );
}
