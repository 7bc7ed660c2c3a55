/**
 * Prepares the run of a stage: makes its input from what the stage before brought, then prepares it like any other.
 *
 * The first stage keeps in its state folder what the judge and rephrase folders hold; the later ones read it there, so
 * that nothing that is edited meanwhile changes an experiment.
 */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { defined } from "../src/domain/defined.js";
import type {
  ExperimentSettings,
  PreparedExperiment,
  PreparedStage,
  PrepareExperimentInput,
  PrepareStageInput,
} from "../src/domain/experiment/experiment.js";
import { UserError } from "../src/domain/failure/user-error.js";
import { judgeLines } from "../src/evaluation/judges/judge-lines.js";
import {
  keepJudgeFolder,
  keepRephraseFolder,
  readKeptJudgeFolder,
  readKeptRephraseFolder,
} from "../src/evaluation/models/kept-folders.js";
import { postRephraseLines, rephraseLines } from "../src/evaluation/rephrase/rephrase-lines.js";
import { checkInput } from "../src/storage/input/check-input.js";
import { answeredLines } from "../src/storage/completed/completed-lines.js";
import { completedFilesOf } from "../src/storage/completed/completed-files.js";
import { isThere } from "../src/storage/files/is-there.js";
import { moveFile } from "../src/storage/files/move-file.js";
import type { PrepareRunContext } from "../src/storage/run/prepare-run.js";
import { prepareRun } from "../src/storage/run/prepare-run.js";
import { fileNameOf, originalInput } from "../src/storage/run/run-folder.js";
import { forgetOrigin } from "../src/storage/input/stage-input.js";
import { validLines } from "../src/storage/input/valid-lines.js";
import { writeLines } from "../src/storage/files/write-lines.js";

/** The stage before left nothing to send. */
class NothingToSend extends UserError {}

type Lines = AsyncIterable<string>;
type CheckRecord = PrepareRunContext["checkRecord"];

/** Prepares an experiment whose own input comes first. Safe to repeat. Throws a `UserError`. */
export async function prepareFirst(
  input: PrepareExperimentInput,
  context: PrepareRunContext,
): Promise<PreparedExperiment> {
  const { settings } = input;
  if (!settings.judge) return prepareRun(input, context);
  const stage = { kind: "main", experiment: settings.name } as const;
  return prepareRun(input, { ...context, keep: keepFolders(settings, context), stage });
}

/** Safe to repeat. Throws a `UserError` where the first stage's input or folders can't be used. */
export async function prepareStage(
  input: PrepareStageInput,
  context: PrepareRunContext,
): Promise<PreparedStage> {
  const { settings, stage, first, settingsPath } = input;
  const output = join(settings.dataFolder, "output");
  try {
    const prepared = await prepareRun(
      {
        // Lines that were made here are good, but for prompts that an answer brought.
        settings: { ...settings, name: stage.name, skipInvalid: true },
        inputPath: input.inputPath,
        inputName: `${stage.name}.jsonl`,
        ...(first === undefined && settingsPath !== undefined && { settingsPath }),
      },
      {
        ...context,
        stage: {
          kind: stage.kind,
          experiment: settings.name,
          ...defined({ madeFrom: input.before }),
        },
        ...(first === undefined && { keep: keepFolders(settings, context) }),
        ...(input.reuse === true && { earlier: await completedFilesOf(output, stage.name) }),
        makeInput: async (path, directory) => {
          await makeInput(input, context, { path, kept: first ?? directory });
        },
      },
    );
    return { status: "prepared", prepared };
  } catch (error) {
    if (error instanceof NothingToSend) return { status: "empty" };
    throw error;
  }
}

/** Copies what an experiment uses of its judge and rephrase folders into the state folder of its first stage. */
function keepFolders(
  { judge, rephrase }: ExperimentSettings,
  { checkRecord }: PrepareRunContext,
): (directory: string) => Promise<void> {
  return async (directory) => {
    if (rephrase) await keepRephraseFolder(rephrase, { directory, checkRecord });
    if (judge) await keepJudgeFolder(judge, { directory, checkRecord });
  };
}

interface Making {
  readonly path: string;
  /** The state folder that keeps the judge and rephrase folders. */
  readonly kept: string;
}

async function makeInput(
  input: PrepareStageInput,
  { checkRecord }: PrepareRunContext,
  { path, kept }: Making,
): Promise<void> {
  switch (input.stage.kind) {
    case "rephrase": {
      const original = await originalOf(input);
      const { skipInvalid } = input.settings;
      await checkInput(original, { checkRecord, skipInvalid, label: input.inputName });
      await writeInput(path, await linesToRephrase(input, checkRecord, kept));
      await keepOriginal(input);
      return;
    }
    case "main":
      await writeInput(path, await rephrasedLines(input, checkRecord, kept));
      return;
    case "judge":
      await writeInput(path, await linesToJudge(input, kept));
  }
}

async function linesToRephrase(
  input: PrepareStageInput,
  checkRecord: CheckRecord,
  kept: string,
): Promise<Lines> {
  const folder = await readKeptRephraseFolder(rephraseOf(input), kept);
  const original = await originalOf(input);
  return rephraseLines(folder, () => validLines(original, checkRecord));
}

/** The prompts that the rephrase stage brought, and the original ones where they are wanted. */
async function rephrasedLines(
  input: PrepareStageInput,
  checkRecord: CheckRecord,
  kept: string,
): Promise<Lines> {
  const rephrase = rephraseOf(input);
  const { parser } = await readKeptRephraseFolder(rephrase, kept);
  const original = originalInput(input.settings, input.inputName);
  return postRephraseLines({
    rephrases: () => answeredLines(before(input)),
    ...(rephrase.removeOriginal ? {} : { originals: () => validLines(original, checkRecord) }),
    ...(parser && { parser }),
  });
}

/** Writes what would be sent after the rephrases; gives the file's path. */
export async function writeRephrased(
  input: PrepareStageInput,
  checkRecord: CheckRecord,
): Promise<string> {
  const { stage, first = "" } = input;
  const folder = join(input.settings.dataFolder, "output", fileNameOf(stage.name));
  const path = join(folder, `${fileNameOf(stage.name)}.jsonl`);
  await mkdir(folder, { recursive: true });
  await writeLines(path, await rephrasedLines(input, checkRecord, first));
  return path;
}

async function linesToJudge(input: PrepareStageInput, kept: string): Promise<Lines> {
  const { judge } = input.settings;
  if (!judge) throw new Error("Expected judges in the settings of a judge stage.");
  const folder = await readKeptJudgeFolder(judge, kept);
  return judgeLines(folder, () => answeredLines(before(input)));
}

function before({ before: completedFile }: PrepareStageInput): string {
  if (completedFile === undefined) throw new Error("Expected the completed file to make it from.");
  return completedFile;
}

function rephraseOf({ settings }: PrepareStageInput): NonNullable<ExperimentSettings["rephrase"]> {
  if (settings.rephrase) return settings.rephrase;
  throw new Error("Expected models that rephrase in the settings of a rephrase stage.");
}

/** The input, wherever an attempt that died has left it. */
async function originalOf(input: PrepareStageInput): Promise<string> {
  return (await isThere(input.inputPath))
    ? input.inputPath
    : originalInput(input.settings, input.inputName);
}

async function keepOriginal(input: PrepareStageInput): Promise<void> {
  const place = originalInput(input.settings, input.inputName);
  await mkdir(dirname(place), { recursive: true });
  if (await isThere(input.inputPath)) await moveFile(input.inputPath, place);
  await forgetOrigin(input.inputPath);
}

async function writeInput(path: string, lines: Lines): Promise<void> {
  const count = await writeLines(path, lines);
  if (count === 0) throw new NothingToSend("Expected something to send, found nothing.");
}
