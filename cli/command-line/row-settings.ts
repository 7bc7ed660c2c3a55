import { runSettingNames } from "../../src/settings/options/options.js";
import { stageOptions } from "../../src/settings/options/stage-options.js";
import type { StageSettings } from "../../src/settings/options/stage-options.js";

/** Settings for making records from an input file. */
const ofInput = ["file", "models", "parameters", "promptColumn", "template"] as const;

type NotOfRows = (typeof ofInput)[number] | keyof StageSettings;

/**
 * Names of the settings for rows of a pipeline and lines of a batch run: those of an experiment
 * without those of its file and of its stages. Judges and rephrasing need a response, which rows
 * and lines do not have.
 */
export const rowSettingNames = runSettingNames.filter(
  (name): name is Exclude<(typeof runSettingNames)[number], NotOfRows> =>
    !ofInput.some((one) => one === name) && !Object.hasOwn(stageOptions, name),
);
