import { runSettingNames } from "../../../src/settings/options/options.js";

/**
 * Settings for reading an input file. A pipeline does not have them, and has its own
 * `--parameters`.
 */
const ofInput = ["file", "models", "parameters", "promptColumn", "template"] as const;

/** Names of the settings of a pipeline's run: those of an experiment without those of its file. */
export const pipelineSettingNames = runSettingNames.filter(
  (name): name is Exclude<(typeof runSettingNames)[number], (typeof ofInput)[number]> =>
    !ofInput.some((one) => one === name),
);
