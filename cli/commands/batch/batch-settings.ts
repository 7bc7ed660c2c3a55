import { runSettingNames } from "../../../src/settings/options/options.js";

/** The settings that make records of an input file. A flow's lines come from `--data` and `--map`. */
const ofInput = ["file", "models", "parameters", "promptColumn", "template"] as const;

/** The settings of a batch run: those of an experiment without its file. */
export const batchSettingNames = runSettingNames.filter(
  (name): name is Exclude<(typeof runSettingNames)[number], (typeof ofInput)[number]> =>
    !ofInput.some((one) => one === name),
);
