import { runSettingNames } from "../../../src/settings/options/options.js";
import { stageOptions } from "../../../src/settings/options/stage-options.js";
import type { StageSettings } from "../../../src/settings/options/stage-options.js";

/**
 * Settings for reading an input file. A pipeline does not have them, and has its own
 * `--parameters`.
 */
const ofInput = ["file", "models", "parameters", "promptColumn", "template"] as const;

type NotOfPipelines = (typeof ofInput)[number] | keyof StageSettings;

/**
 * Names of the settings of a pipeline's run: those of an experiment without those of its file and
 * of its stages. A row has no response that these could read: a pipeline judges and rephrases with
 * steps.
 */
export const pipelineSettingNames = runSettingNames.filter(
  (name): name is Exclude<(typeof runSettingNames)[number], NotOfPipelines> =>
    !ofInput.some((one) => one === name) && !Object.hasOwn(stageOptions, name),
);
