import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import { UserError } from "../../domain/failure/user-error.js";
import { shellWord } from "../../domain/shell-word.js";
import type { Ostinato } from "../connection/ostinato.js";
import { findExperiment } from "../status/find-experiment.js";
import type { FoundExperiment } from "../status/find-experiment.js";
import { settingsSha256 } from "./launch-experiment.js";

/** A staged run over rows that is about to start. */
export interface StagedRun {
  readonly name: string;
  readonly settings: ExperimentSettings;
  readonly inputSha256: string;
}

/**
 * Finds the running experiment of this name. Throws a `UserError` if it has other rows, content or
 * settings.
 *
 * @param hasSameContent true if the run in a state folder has the same steps or flow, and code
 */
export async function findSameRunning(
  { client }: Ostinato,
  { name, settings, inputSha256 }: StagedRun,
  hasSameContent: (directory: string) => Promise<boolean>,
): Promise<FoundExperiment | undefined> {
  const running = await findExperiment(client, name);
  if (running?.open !== true) return undefined;
  const { memo } = running;
  if (memo.dataFolder !== settings.dataFolder) {
    const folder = memo.dataFolder === undefined ? "another data folder" : memo.dataFolder;
    throw otherRunning(name, `in ${folder}, not in ${settings.dataFolder}`);
  }
  if (memo.inputSha256 !== inputSha256) throw otherRunning(name, "with other data");
  if (memo.settingsSha256 !== settingsSha256(settings)) {
    throw otherRunning(name, "with other settings");
  }
  if (memo.directory === undefined) {
    throw otherRunning(name, "and its content is not known before it is prepared");
  }
  if (!(await hasSameContent(memo.directory))) throw otherRunning(name, "with other content");
  return running;
}

function otherRunning(name: string, difference: string): UserError {
  const word = shellWord(name);
  return new UserError(
    `An experiment named "${name}" is running ${difference}. Continue it with \`ostinato follow ${word}\`, end it with \`ostinato cancel ${word}\`, ` +
      "or give this run another name with --name.",
  );
}

export function alreadyRunning(name: string): UserError {
  return new UserError(
    `An experiment named "${name}" is running. Follow it with \`ostinato follow ${shellWord(name)}\`, or give this run another name with --name.`,
  );
}
