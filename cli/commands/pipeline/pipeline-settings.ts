import { runSettingNames } from "../../../src/settings/options/options.js";

/** The settings that read an input file. The `--parameters` of a pipeline are its own. */
const ofInput = ["file", "models", "parameters", "promptColumn", "template"] as const;

/** The settings of a pipeline's run: those of an experiment without its file. */
export const pipelineSettingNames = runSettingNames.filter(
  (name): name is Exclude<(typeof runSettingNames)[number], (typeof ofInput)[number]> =>
    !ofInput.some((one) => one === name),
);
