import { defined } from "../../src/domain/defined.js";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PrepareStageInput } from "../../src/domain/experiment/experiment.js";
import type { LineForm } from "../../src/domain/record/input-form.js";
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
import { asJsonLines, needsForming } from "../../src/storage/input/experiment-lines.js";
import { writeAtomically } from "../../src/storage/files/write-atomically.js";
import { fileNameOf, findOriginalInput, originalInput } from "../../src/storage/run/run-folder.js";
import { completedFileBefore } from "./stage-source.js";
import type { StageSource } from "./stage-source.js";

/** Checks the input to rephrase. Throws a `UserError` for invalid records. */
export async function checkOriginal(source: StageSource): Promise<void> {
  const { input, checkRecord } = source;
  const { skipInvalid } = input.settings;
  const { path, form } = await originalOf(source);
  await checkInput(path, { checkRecord, skipInvalid, form, label: input.inputName });
}

/** Yields the records that ask the models for rephrases of the original prompts. */
export async function linesToRephrase(source: StageSource): Promise<AsyncIterable<string>> {
  const { input, checkRecord, kept } = source;
  const folder = await readKeptRephraseFolder(rephraseOf(input), kept);
  const { path, form } = await originalOf(source);
  return rephraseLines(folder, () => validLines(path, checkRecord, form));
}

/**
 * Yields the prompts from the rephrase stage, followed by the original prompts if they are wanted.
 */
export async function rephrasedLines({
  input,
  checkRecord,
  kept,
}: Omit<StageSource, "loadForm">): Promise<AsyncIterable<string>> {
  const rephrase = rephraseOf(input);
  const { parser } = await readKeptRephraseFolder(rephrase, kept);
  const original = await findOriginalInput(input.settings);
  return postRephraseLines({
    rephrases: () => answeredLines(completedFileBefore(input)),
    ...(!rephrase.removeOriginal && { originals: () => validLines(original, checkRecord) }),
    ...defined({ parser }),
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

/**
 * Moves the original input beside the run's input. If its records had to be made, they are written
 * there, because later stages read them.
 */
export async function keepOriginal(source: StageSource): Promise<void> {
  const { inputPath, inputName, settings } = source.input;
  if (await isThere(inputPath)) {
    const { form } = await originalOf(source);
    const isFormed = await needsForming(inputPath, form);
    const records = originalInput(settings, ".jsonl");
    await mkdir(dirname(records), { recursive: true });
    if (isFormed) await writeAtomically(records, asJsonLines(inputPath, form));
    const place = originalInput(settings, inputName);
    await moveFile(inputPath, isFormed && place === records ? `${records}.original` : place);
  }
  await forgetOrigin(inputPath);
}

interface Original {
  readonly path: string;
  readonly form: LineForm;
}

/**
 * Returns the input, at its original path or at the path to which an attempt that died has moved
 * it.
 */
async function originalOf({ input, loadForm }: StageSource): Promise<Original> {
  if (await isThere(input.inputPath)) return { path: input.inputPath, form: await loadForm() };
  return { path: await findOriginalInput(input.settings), form: {} };
}

function rephraseOf({ settings }: PrepareStageInput): RephraseSettings {
  if (settings.rephrase) return settings.rephrase;
  throw new Error("Expected models that rephrase in the settings of a rephrase stage.");
}
