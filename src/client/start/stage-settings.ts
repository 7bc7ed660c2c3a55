import { resolve } from "node:path";
import { defined } from "../../domain/defined.js";
import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { JudgeChoice, RephraseSettings } from "../../domain/experiment/stages.js";
import { UserError } from "../../domain/failure/user-error.js";
import { checkJudgeFolder, checkRephraseFolder } from "../../evaluation/models/kept-folders.js";
import type { StageSettings } from "../../settings/options/stage-options.js";
import type { OpenedProviders } from "../../providers/registry/open-providers.js";

type Stages = Pick<ExperimentSettings, "judge" | "rephrase">;

export type JudgeSettings = Pick<StageSettings, "judgeFolder" | "judges" | "judgeTemplates">;

const defaultTemplate = "template.txt";

/** Throws a `UserError` if a stage's settings are incomplete. */
export function stageSettings(settings: StageSettings): Stages {
  const rephrase = rephraseSettings(settings);
  const judge = judgeChoice(settings);
  return { ...defined({ rephrase, judge }) };
}

/** Throws a `UserError` if the settings for judging are incomplete. */
function judgeChoice({
  judgeFolder,
  judges,
  judgeTemplates,
}: JudgeSettings): JudgeChoice | undefined {
  if (judgeFolder === undefined || judges === undefined) {
    refusePart("judge the answers", {
      "--judge-folder": judgeFolder,
      "--judge": judges,
      "--judge-templates": judgeTemplates,
    });
    return undefined;
  }
  return { folder: resolve(judgeFolder), judges, templates: judgeTemplates ?? [defaultTemplate] };
}

/** Returns the settings that lead to the given choice of judges. */
export function judgeSettingsOf({
  folder,
  judges,
  templates,
}: JudgeChoice): Required<JudgeSettings> {
  return { judgeFolder: folder, judges, judgeTemplates: templates };
}

/** Returns the judges. Throws a `UserError` if there are none. */
export function requiredJudges(settings: JudgeSettings): JudgeChoice {
  const choice = judgeChoice(settings);
  if (choice) return choice;
  throw new UserError("Expected judges, got none. Give --judge-folder and --judge.");
}

function rephraseSettings(settings: StageSettings): RephraseSettings | undefined {
  const { rephraseFolder: folder, rephraseModels: models, rephraseParser: parser } = settings;
  if (folder === undefined || models === undefined) {
    refusePart("rephrase the prompts", {
      "--rephrase-folder": folder,
      "--rephrase-model": models,
      "--rephrase-templates": settings.rephraseTemplates,
      "--rephrase-parser": parser,
      "--remove-original": settings.removeOriginal || undefined,
      "--only-rephrase": settings.onlyRephrase || undefined,
    });
    return undefined;
  }
  return {
    folder: resolve(folder),
    models,
    templates: settings.rephraseTemplates ?? defaultTemplate,
    ...defined({ parser }),
    removeOriginal: settings.removeOriginal,
    only: settings.onlyRephrase,
  };
}

/** Throws a `UserError`, because one of the first two flags is missing. Both are required. */
function refusePart(what: string, flags: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(flags).filter((flag) => flags[flag] !== undefined);
  if (given.length === 0) return;
  const missing = Object.keys(flags)
    .slice(0, 2)
    .filter((flag) => flags[flag] === undefined);
  throw new UserError(
    `Expected \`${missing.join("` and `")}\` beside \`${given.join("`, `")}\` to ${what}, got none. Give it too, or leave all of them out.`,
  );
}

/**
 * Checks the whole folders and returns a sample record of each of their models. Throws `UserError`.
 */
export async function checkStageFolders(
  { judge, rephrase }: Stages,
  checkRecord: OpenedProviders["checkRecord"],
): Promise<readonly PromptRecord[]> {
  return [
    ...(rephrase ? await checkRephraseFolder(rephrase, checkRecord) : []),
    ...(judge ? await checkJudgeFolder(judge, checkRecord) : []),
  ];
}

export function stageNotices({ judge, rephrase }: Stages): readonly string[] {
  if (!judge || rephrase?.only !== true) return [];
  return ["With `--only-rephrase` nothing is answered, so nothing is judged either."];
}
