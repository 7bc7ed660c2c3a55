/**
 * Prepares the run of a stage: makes its input from the output of the previous stage, then prepares
 * it like any other run.
 *
 * The first stage copies the judge and rephrase folders into its state folder. Later stages read
 * the copies, so edits during the run do not affect the experiment.
 */
import { join } from "node:path";
import { defined } from "../../src/domain/defined.js";
import type {
  ExperimentSettings,
  PreparedExperiment,
  PreparedStage,
  PrepareExperimentInput,
  PrepareStageInput,
} from "../../src/domain/experiment/experiment.js";
import { keepJudgeFolder, keepRephraseFolder } from "../../src/evaluation/models/kept-folders.js";
import { completedFilesOf } from "../../src/storage/completed/completed-files.js";
import { preparePipeline } from "../../src/storage/run/pipeline/prepare-pipeline.js";
import { prepareRun } from "../../src/storage/run/prepare-run.js";
import type { PrepareRunContext } from "../../src/storage/run/prepare-run.js";
import { loadLineForm } from "../../src/pipeline/templates/line-form.js";
import type { LineForm } from "../../src/domain/record/input-form.js";
import { keepTemplate } from "../../src/storage/input/stage-input.js";
import { runPaths } from "../../src/storage/run/run-folder.js";
import { prepareAggregation } from "./prepare-aggregation.js";
import { prepareSegment } from "./prepare-segment.js";
import { NothingToSend, writeStageInput } from "./stage-inputs.js";

/**
 * Prepares an experiment whose first stage sends its own input. Safe to repeat. Throws a
 * `UserError` for an invalid input.
 */
export async function prepareFirst(
  input: PrepareExperimentInput,
  context: PrepareRunContext,
): Promise<PreparedExperiment> {
  const { settings, pipeline } = input;
  if (pipeline) {
    const keep = async (directory: string): Promise<void> =>
      preparePipeline({ ...input, pipeline }, directory, context.onProgress);
    return prepareRun(input, { ...context, keep });
  }
  const earlier = await earlierRuns(input, settings.name);
  const formed = { ...context, ...earlier, loadForm: formOf(input) };
  if (!settings.judge) return prepareRun(input, formed);
  const stage = { kind: "main", experiment: settings.name } as const;
  return prepareRun(input, { ...formed, keep: keepFolders(settings, context), stage });
}

/** Returns the earlier runs of a stage, if their answers are reused. */
async function earlierRuns(
  { reuse = false, takeOver, settings }: PrepareExperimentInput,
  stage: string,
): Promise<Pick<PrepareRunContext, "earlier">> {
  if (!reuse || takeOver !== undefined) return {};
  return { earlier: await completedFilesOf(join(settings.dataFolder, "output"), stage) };
}

/**
 * Prepares a stage. Safe to repeat. Throws a `UserError` if the first stage's input or folders are
 * invalid.
 */
export async function prepareStage(
  input: PrepareStageInput,
  context: PrepareRunContext,
): Promise<PreparedStage> {
  const { settings, stage, first, settingsPath } = input;
  if (stage.kind === "segment") {
    return { status: "prepared", prepared: await prepareSegment(input, context) };
  }
  if (stage.kind === "aggregation") {
    return { status: "prepared", prepared: await prepareAggregation(input, context) };
  }
  const output = join(settings.dataFolder, "output");
  try {
    const prepared = await prepareRun(
      {
        // Generated lines are valid, except for lines with an invalid prompt from an answer.
        settings: { ...settings, name: stage.name, skipInvalid: true },
        inputPath: input.inputPath,
        inputName: `${stage.name}.jsonl`,
        ...defined({ started: input.started }),
        ...(first === undefined && settingsPath !== undefined && { settingsPath }),
      },
      {
        ...context,
        ...defined({ earlierStages: input.earlierStages }),
        stage: {
          kind: stage.kind,
          experiment: settings.name,
          ...defined({ madeFrom: input.before }),
        },
        ...(first === undefined && { keep: keepFolders(settings, context) }),
        ...(input.reuse === true && { earlier: await completedFilesOf(output, stage.name) }),
        makeInput: async (path, directory) => {
          const { checkRecord } = context;
          const kept = first ?? directory;
          const loadForm = async (): Promise<LineForm> => formOf(input)(kept);
          await writeStageInput(path, { input, checkRecord, loadForm, kept });
        },
      },
    );
    return { status: "prepared", prepared };
  } catch (error) {
    if (error instanceof NothingToSend) return { status: "empty" };
    throw error;
  }
}

/**
 * Returns the function that loads the form. Only the first stage needs it, because later stages
 * have records already.
 */
function formOf({
  settings: { form },
  inputPath,
}: PrepareExperimentInput): (directory: string) => Promise<LineForm> {
  return async (directory) => {
    const template = form?.template;
    if (!template) return loadLineForm(form);
    const kept = runPaths(directory).template;
    await keepTemplate({ inputPath, template: template.path }, kept);
    return loadLineForm({ ...form, template: { ...template, path: kept } });
  };
}

/**
 * Copies the experiment's part of its judge and rephrase folders into the state folder of its first
 * stage.
 */
function keepFolders(
  { judge, rephrase }: ExperimentSettings,
  { checkRecord }: PrepareRunContext,
): (directory: string) => Promise<void> {
  return async (directory) => {
    if (rephrase) await keepRephraseFolder(rephrase, { directory, checkRecord });
    if (judge) await keepJudgeFolder(judge, { directory, checkRecord });
  };
}
