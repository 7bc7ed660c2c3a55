import { runSettingNames } from "../../../src/settings/options/options.js";

/** The settings of a batch run: those of an experiment without its file. */
export const batchSettingNames = runSettingNames.filter((name) => name !== "file");
