import { runSettingNames } from "../../../src/settings/options/options.js";
import { stageOptions } from "../../../src/settings/options/stage-options.js";
import type { StageSettings } from "../../../src/settings/options/stage-options.js";

/**
 * Settings for making records from an input file. A batch run does not have them, because a flow's
 * lines come from `--data` and `--map`.
 */
const ofInput = ["file", "models", "parameters", "promptColumn", "template"] as const;

type NotOfBatches = (typeof ofInput)[number] | keyof StageSettings;

/**
 * Names of the settings of a batch run: those of an experiment without those of its file and of its
 * stages. A line has no response that these could read: a flow judges with a node.
 */
export const batchSettingNames = runSettingNames.filter(
  (name): name is Exclude<(typeof runSettingNames)[number], NotOfBatches> =>
    !ofInput.some((one) => one === name) && !Object.hasOwn(stageOptions, name),
);
