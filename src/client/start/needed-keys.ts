import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import type { NeededKey } from "../../domain/record/needed-keys.js";
import { keysOfScorers } from "../../domain/scores/scorer-keys.js";

type Settings = Pick<ExperimentSettings, "scorers" | "rephrase">;

/** The keys of the records that later stages read. None if nothing is answered. */
export async function neededKeysOf({
  scorers = [],
  rephrase,
}: Settings): Promise<readonly NeededKey[]> {
  if (rephrase?.only === true) return [];
  return keysOfScorers(scorers);
}
