import { basename, resolve } from "node:path";
import { targetOf } from "../domain/prompt-record.js";
import { UserError } from "../domain/user-error.js";
import { answeredLines } from "../evaluation/answered.js";
import { completeRunSettings } from "../settings/resolve-settings.js";
import type { RunSettings } from "../settings/settings.js";
import { openDataFolder } from "../storage/data-folder.js";
import { hashFile } from "../storage/hash-file.js";
import { readLines } from "../storage/read-lines.js";
import { readManifest, runPaths } from "../storage/run-folder.js";
import { findResult } from "../storage/run-result.js";
import { toExperimentSettings } from "./check-experiment.js";
import { findRun } from "./find-run.js";
import { missingVariables } from "./missing-variables.js";
import type { Ostinato } from "./ostinato.js";
import type { OpenProviders } from "./provider-knowledge.js";
import { refuseKeyConflicts } from "./refuse-key-conflicts.js";
import { checkStageFolders } from "./stage-settings.js";
import { launchOrDiscard, toStarted, type StartedExperiment } from "./start-experiment.js";
import { unknownExperiment } from "./unknown-experiment.js";

/** How the judges are asked; what isn't said has its default. */
export type JudgingSettings = Pick<RunSettings, "judgeFolder" | "judges" | "judgeTemplates"> &
  Partial<
    Pick<
      RunSettings,
      | "dataFolder"
      | "envFile"
      | "requestsPerMinute"
      | "maxAttempts"
      | "timeoutMs"
      | "inFlight"
      | "onBlocked"
      | "preview"
    >
  >;

/**
 * Has the answers of a finished experiment judged, or those of a completed file, ours or prompto's: a run of its own,
 * `judge-<name>`. What an earlier one was answered is taken over, so that only new judges, templates and answers are asked.
 *
 * @param of the experiment's name, or the path of a completed file, which ends in .jsonl
 * @throws UserError
 */
export type JudgeAnswers = (
  ostinato: Ostinato,
  of: string,
  given: JudgingSettings,
) => Promise<StartedExperiment>;

export function createJudgeAnswers(openProviders: OpenProviders): JudgeAnswers {
  return async (ostinato, of, given) => {
    const answers = await findAnswers(ostinato, of, given);
    const run = completeRunSettings({ ...given, file: answers.file });
    const settings = toExperimentSettings(run, `judge-${answers.name}`);
    const { judge, envFile } = settings;
    if (!judge) throw new UserError("Expected judges, got none. Give --judge-folder and --judge.");
    const providers = await openProviders(settings.providers);
    const models = await checkStageFolders({ judge }, providers.checkRecord);
    const answered = await countAnswers(answers.file);
    const samples = new Map(models.map((model) => [targetOf(model), model]));
    await refuseKeyConflicts(ostinato, openProviders, { settings, targets: [...samples.keys()] });
    await openDataFolder(settings.dataFolder);
    const { file, name } = answers;
    const runId = await launchOrDiscard(ostinato, {
      input: {
        settings,
        ...{ inputPath: file, inputName: `judge-${name}.jsonl`, judgeOf: file, reuse: true },
      },
      inputSha256: await hashFile(file),
      records: answered * judge.judges.length * judge.templates.length,
    });
    if (runId === undefined) throw stillRuns(settings.name);
    const missing = await missingVariables({
      ...{ providers, input: { sampleByTarget: samples }, env: ostinato.env, envFile },
    });
    const notices = missing.flatMap(({ target, missing: variables }) =>
      variables.map(
        (variable) => `${target} needs ${variable}, set neither here nor in ${envFile}.`,
      ),
    );
    return toStarted(ostinato, { name: settings.name, notices }, { runId, alreadyRunning: false });
  };
}

interface Answers {
  readonly file: string;
  /** Of the experiment. */
  readonly name: string;
}

async function findAnswers(
  ostinato: Ostinato,
  of: string,
  { dataFolder }: JudgingSettings,
): Promise<Answers> {
  if (of.endsWith(".jsonl")) return { file: resolve(of), name: experimentOfFile(of) };
  const options = dataFolder === undefined ? {} : { dataFolder };
  const { found, directory } = await findRun(ostinato, of, options);
  if (found?.open === true) throw stillRuns(of);
  if (!found && directory === undefined) throw await unknownExperiment(ostinato, of, dataFolder);
  if (directory === undefined || !(await findResult(directory))) {
    throw new UserError(
      `The last run of "${of}" has no completed file to judge. Run its input with \`ostinato run\`.`,
    );
  }
  const { settings } = await readManifest(directory);
  return { file: runPaths(directory).completed, name: settings.name };
}

/** `pilot` of `21-11-2026-10-43-19-completed-pilot.jsonl`. */
function experimentOfFile(file: string): string {
  const base = basename(file, ".jsonl");
  return base
    .replace(/^\d\d-\d\d-\d{4}-\d\d-\d\d-\d\d-completed-/, "")
    .replaceAll("completed-", "");
}

async function countAnswers(file: string): Promise<number> {
  let count = 0;
  for await (const line of answeredLines(readLines(file))) count += line === "" ? 0 : 1;
  if (count > 0) return count;
  throw new UserError(
    `Expected answers to judge in ${JSON.stringify(file)}, found none: all of its records failed.`,
  );
}

function stillRuns(name: string): UserError {
  return new UserError(
    `The experiment "${name}" still runs. Wait for its end (\`ostinato follow ${name}\`), or cancel it first.`,
  );
}
