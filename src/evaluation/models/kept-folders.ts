import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { targetOf } from "../../domain/record/prompt-record.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { JudgeChoice, RephraseChoice } from "../../domain/experiment/stages.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { JudgeFolder } from "../judges/judge-folder.js";
import { readJudgeFolder } from "../judges/judge-folder.js";
import type { RephraseFolder } from "../rephrase/rephrase-folder.js";
import type { ModelRole, ModelSettings } from "./model-settings.js";
import { sampleRecord } from "./model-settings.js";
import { readRephraseFolder } from "../rephrase/rephrase-folder.js";

type CheckRecord = (record: PromptRecord) => readonly string[];

interface Keeping {
  /** The run's state folder. */
  readonly directory: string;
  readonly checkRecord: CheckRecord;
}

/**
 * Copies the run's part of the judge folder into its state folder during preparation. Later edits
 * do not affect the run. Throws a `UserError` for an invalid folder.
 */
export async function keepJudgeFolder(choice: JudgeChoice, keeping: Keeping): Promise<void> {
  await checkJudgeFolder(choice, keeping.checkRecord);
  await copy(choice.folder, join(keeping.directory, "judge"), choice.templates);
  await readKeptJudgeFolder(choice, keeping.directory);
}

export async function keepRephraseFolder(choice: RephraseChoice, keeping: Keeping): Promise<void> {
  await checkRephraseFolder(choice, keeping.checkRecord);
  await copy(choice.folder, join(keeping.directory, "rephrase"), [choice.templates]);
  await readKeptRephraseFolder(choice, keeping.directory);
}

/**
 * Returns one sample record per judge. Throws a `UserError` if the folder or a judge's record is
 * invalid.
 */
export async function checkJudgeFolder(
  choice: JudgeChoice,
  checkRecord: CheckRecord,
): Promise<readonly PromptRecord[]> {
  const { judges } = await readJudgeFolder(choice);
  return checkedSamples(judges, { folder: choice.folder, role: "judge", checkRecord });
}

/**
 * Returns one sample record per rephrase model. Throws a `UserError` if the folder or a model's
 * record is invalid.
 */
export async function checkRephraseFolder(
  choice: RephraseChoice,
  checkRecord: CheckRecord,
): Promise<readonly PromptRecord[]> {
  const { models } = await readRephraseFolder(choice);
  return checkedSamples(models, { folder: choice.folder, role: "rephrase model", checkRecord });
}

function checkedSamples(
  models: readonly ModelSettings[],
  where: {
    readonly folder: string;
    readonly role: ModelRole;
    readonly checkRecord: CheckRecord;
  },
): readonly PromptRecord[] {
  const { folder, role, checkRecord } = where;
  return models.map((model) => {
    const sample = sampleRecord(model);
    const problems = checkRecord(sample);
    if (problems.length === 0) return sample;
    const place = JSON.stringify(join(folder, "settings.json"));
    throw new UserError(
      `The ${role} ${JSON.stringify(model.name)} in ${place} can't be asked: ${problems.join(" ")}`,
    );
  });
}

/** @param directory state folder with the copy */
export async function readKeptJudgeFolder(
  choice: JudgeChoice,
  directory: string,
): Promise<JudgeFolder> {
  return readJudgeFolder({ ...choice, folder: join(directory, "judge") });
}

export async function readKeptRephraseFolder(
  choice: RephraseChoice,
  directory: string,
): Promise<RephraseFolder> {
  return readRephraseFolder({ ...choice, folder: join(directory, "rephrase") });
}

/** Returns the `<api>/<model>` of each model in the folders that the run's first stage has kept. */
export async function keptTargets(
  { judge, rephrase }: { readonly judge?: JudgeChoice; readonly rephrase?: RephraseChoice },
  directory: string,
): Promise<readonly string[]> {
  const models = rephrase ? (await readKeptRephraseFolder(rephrase, directory)).models : [];
  const judges = judge ? (await readKeptJudgeFolder(judge, directory)).judges : [];
  return [...models, ...judges].map((model) => targetOf(sampleRecord(model)));
}

async function copy(from: string, to: string, templates: readonly string[]): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of ["settings.json", ...templates]) {
    await copyFile(join(from, name), join(to, name));
  }
}
