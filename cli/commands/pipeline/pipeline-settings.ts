import { runSettingNames } from "../../../src/settings/options/options.js";

/**
 * Settings for reading an input file. A pipeline does not have them, and has its own
 * `--parameters`.
 */
const ofInput = ["file", "models", "parameters", "promptColumn", "template"] as const;

/**
 * Settings for the rephrase and judge stages of an experiment. A row of a pipeline has no response
 * that they could read: a pipeline judges and rephrases with steps.
 */
const ofStages = [
  "rephraseFolder",
  "rephraseTemplates",
  "rephraseModels",
  "rephraseParser",
  "removeOriginal",
  "onlyRephrase",
  "judgeFolder",
  "judges",
  "judgeTemplates",
] as const;

const notOfPipelines = [...ofInput, ...ofStages] as const;

/** Names of the settings of a pipeline's run: those of an experiment without the ones above. */
export const pipelineSettingNames = runSettingNames.filter(
  (name): name is Exclude<(typeof runSettingNames)[number], (typeof notOfPipelines)[number]> =>
    !notOfPipelines.some((one) => one === name),
);
