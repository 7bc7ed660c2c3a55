import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PrepareStageInput } from "../../src/domain/experiment/experiment.js";
import type { RephraseSettings } from "../../src/domain/experiment/stages.js";
import { readKeptRephraseFolder } from "../../src/evaluation/models/kept-folders.js";
import { postRephraseLines, rephraseLines } from "../../src/evaluation/rephrase/rephrase-lines.js";
import { answeredLines } from "../../src/storage/completed/completed-lines.js";
import { isThere } from "../../src/storage/files/is-there.js";
import { moveFile } from "../../src/storage/files/move-file.js";
import { writeLines } from "../../src/storage/files/write-lines.js";
import { checkInput } from "../../src/storage/input/check-input.js";
import { forgetOrigin } from "../../src/storage/input/stage-input.js";
import { validLines } from "../../src/storage/input/valid-lines.js";
import { fileNameOf, originalInput } from "../../src/storage/run/run-folder.js";
import { completedFileBefore } from "./stage-source.js";
import type { StageSource } from "./stage-source.js";

/** Throws a `UserError` if the input to rephrase has invalid records. */
export async function checkOriginal({ input, checkRecord }: StageSource): Promise<void> {
  const { skipInvalid } = input.settings;
  await checkInput(await originalOf(input), { checkRecord, skipInvalid, label: input.inputName });
}

/** The records that ask the models for rephrases of the original prompts. */
export async function linesToRephrase({
  input,
  checkRecord,
  kept,
}: StageSource): Promise<AsyncIterable<string>> {
  const folder = await readKeptRephraseFolder(rephraseOf(input), kept);
  const original = await originalOf(input);
  return rephraseLines(folder, () => validLines(original, checkRecord));
}

/** The prompts from the rephrase stage, with the original ones if they are wanted. */
export async function rephrasedLines({
  input,
  checkRecord,
  kept,
}: StageSource): Promise<AsyncIterable<string>> {
  const rephrase = rephraseOf(input);
  const { parser } = await readKeptRephraseFolder(rephrase, kept);
  const original = originalInput(input.settings, input.inputName);
  return postRephraseLines({
    rephrases: () => answeredLines(completedFileBefore(input)),
    ...(rephrase.removeOriginal ? {} : { originals: () => validLines(original, checkRecord) }),
    ...(parser && { parser }),
  });
}

/** Writes the records that would be sent after the rephrases, and returns the file's path. */
export async function writeRephrased(
  input: PrepareStageInput,
  checkRecord: StageSource["checkRecord"],
): Promise<string> {
  const { stage, first = "" } = input;
  const folder = join(input.settings.dataFolder, "output", fileNameOf(stage.name));
  const path = join(folder, `${fileNameOf(stage.name)}.jsonl`);
  await mkdir(folder, { recursive: true });
  await writeLines(path, await rephrasedLines({ input, checkRecord, kept: first }));
  return path;
}

/** Moves the original input beside the run's input, where the later stages read it. */
export async function keepOriginal({ input }: StageSource): Promise<void> {
  const place = originalInput(input.settings, input.inputName);
  await mkdir(dirname(place), { recursive: true });
  if (await isThere(input.inputPath)) await moveFile(input.inputPath, place);
  await forgetOrigin(input.inputPath);
}

/** The input, at its original path or moved by an attempt that died. */
async function originalOf(input: PrepareStageInput): Promise<string> {
  return (await isThere(input.inputPath))
    ? input.inputPath
    : originalInput(input.settings, input.inputName);
}

function rephraseOf({ settings }: PrepareStageInput): RephraseSettings {
  if (settings.rephrase) return settings.rephrase;
  throw new Error("Expected models that rephrase in the settings of a rephrase stage.");
}
