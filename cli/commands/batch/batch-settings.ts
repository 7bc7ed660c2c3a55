import { runSettingNames } from "../../../src/settings/options/options.js";

/**
 * Settings for making records from an input file. A batch run does not have them, because a flow's
 * lines come from `--data` and `--map`.
 */
const ofInput = ["file", "models", "parameters", "promptColumn", "template"] as const;

/** Names of the settings of a batch run: those of an experiment without those of its file. */
export const batchSettingNames = runSettingNames.filter(
  (name): name is Exclude<(typeof runSettingNames)[number], (typeof ofInput)[number]> =>
    !ofInput.some((one) => one === name),
);
