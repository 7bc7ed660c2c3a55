import { runSettingNames } from "../../../src/settings/options/options.js";

/** The settings of a pipeline's run: those of an experiment without its file. */
export const pipelineSettingNames = runSettingNames.filter((name) => name !== "file");
