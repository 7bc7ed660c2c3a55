import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import type { NeededKey } from "../../domain/record/needed-keys.js";
import { keysOfScorers } from "../../domain/scores/scorer-keys.js";
import { readJudgeFolder } from "../../evaluation/judges/judge-folder.js";
import { keysOfTemplates } from "../../evaluation/judges/keys-of-templates.js";

type Settings = Pick<ExperimentSettings, "scorers" | "judge" | "rephrase">;

/**
 * Returns the keys of the records that later stages read; none if nothing is answered. Throws a
 * `UserError` for an invalid judge folder.
 */
export async function neededKeysOf(
  settings: Settings,
  scorersAreDefaults = false,
): Promise<readonly NeededKey[]> {
  const { scorers = [], judge, rephrase } = settings;
  if (rephrase?.only === true) return [];
  const ofJudges = judge ? keysOfTemplates(await readJudgeFolder(judge)) : [];
  return [...keysOfScorers(scorers, scorersAreDefaults), ...ofJudges];
}
