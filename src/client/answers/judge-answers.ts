import { basename, resolve } from "node:path";
import { GroupTable } from "../../domain/rates/group-table.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { isJsonObject } from "../../domain/json/json.js";
import { NeededKeys } from "../../domain/record/needed-keys.js";
import type { JudgeChoice } from "../../domain/experiment/stages.js";
import type { ExperimentPlan } from "../../domain/plan/plan.js";
import { targetOf } from "../../domain/record/prompt-record.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { PaceSettings } from "../../settings/options/pace-options.js";
import { readRates } from "../../settings/rates/read-rates.js";
import { completeRunSettings } from "../../settings/resolve-settings.js";
import type { RunSettings } from "../../settings/settings.js";
import { readJudgeFolder } from "../../evaluation/judges/judge-folder.js";
import { judgeLines } from "../../evaluation/judges/judge-lines.js";
import { planJudging } from "../plan/plan-judging.js";
import type { JudgingToPlan } from "../plan/plan-judging.js";
import { completedFilesOf } from "../../storage/completed/completed-files.js";
import { statIfThere } from "../../storage/files/stat-if-there.js";
import { findSameRun } from "../start/finished-before.js";
import { areReusable, countsOf } from "../start/plan-reuse.js";
import type { OnReuse, PlannedReuse } from "../start/plan-reuse.js";
import { findExperiment } from "../status/find-experiment.js";
import { answeredLines } from "../../storage/completed/completed-lines.js";
import { openDataFolder } from "../../storage/data-folder.js";
import { hashFile } from "../../storage/files/hash-file.js";
import { readManifest, runPaths } from "../../storage/run/run-folder.js";
import { toExperimentSettings } from "../start/check-experiment.js";
import { checkRates } from "../start/check-rates.js";
import { findFinished, stillRuns } from "./find-finished.js";
import { refuseRow } from "./refuse-row.js";
import { missingKeyNotices } from "../worker/missing-variables.js";
import type { Ostinato } from "../connection/ostinato.js";
import { openProviders } from "../../providers/registry/open-providers.js";
import { refuseUnknownPrices } from "../start/refuse-unknown-prices.js";
import { refuseKeyConflicts } from "../worker/refuse-key-conflicts.js";
import { neededKeysOf } from "../start/needed-keys.js";
import { checkStageFolders, requiredJudges } from "../start/stage-settings.js";
import type { JudgeSettings } from "../start/stage-settings.js";
import { launchOrDiscard, toStarted } from "../start/start-experiment.js";
import type { StartedExperiment } from "../start/start-experiment.js";

/** Settings for judging. Missing ones have their defaults. */
export type JudgingSettings = JudgeSettings & {
  readonly onReuse?: OnReuse;
  /** Called with the plan before anything is sent. Not called if nothing is to be sent. */
  readonly onPlan?: (plan: ExperimentPlan) => void | Promise<void>;
} & Partial<
    Pick<
      RunSettings,
      "again" | "dataFolder" | "envFile" | "providers" | "preview" | keyof PaceSettings
    >
  >;

/**
 * Judges the answers of a finished experiment, or of a completed file from Ostinato or prompto, in
 * a separate run `judge-<name>`. Verdicts of an earlier such run are reused: only new judges,
 * templates and answers are sent.
 *
 * @param of name of the experiment, or path of a completed file, which ends in .jsonl
 * @throws UserError if there is nothing to judge or a setting is invalid
 */
export async function judgeAnswers(
  ostinato: Ostinato,
  of: string,
  given: JudgingSettings,
): Promise<StartedExperiment> {
  const checked = await checkJudging(ostinato, await findAnswers(ostinato, of, given), given);
  const { settings, file, judge, samples, providers } = checked;
  const { name } = settings;
  const again = given.again === true;
  const { reused, ...reuse } = again ? noReuse : await findReuse(ostinato, checked);
  const { finished } = reuse;
  if (given.onPlan && !finished) await given.onPlan(await planJudging(ostinato, checked, reused));
  if (!again) await given.onReuse?.(reuse, name);
  if (finished) {
    const started = { name, notices: [] };
    const { runId } = finished;
    return { ...toStarted(ostinato, started, { runId, alreadyRunning: false }), finished };
  }
  const inputName = `${name}.jsonl`;
  const runId = await launchOrDiscard(ostinato, {
    input: { settings, inputPath: file, inputName, judgeOf: file, reuse: !again },
    inputSha256: await hashFile(file),
    records: checked.answers * judge.judges.length * judge.templates.length,
  });
  if (runId === undefined) throw stillRuns(name);
  const { env } = ostinato;
  const { envFile } = settings;
  const keys = { name, providers, input: { sampleByTarget: samples }, env, envFile };
  const missing = await missingKeyNotices(keys);
  const started = { name, notices: [...checked.notices, ...missing] };
  return toStarted(ostinato, started, { runId, alreadyRunning: false });
}

interface CheckedJudging extends JudgingToPlan {
  readonly judge: JudgeChoice;
  /** Number of answers. */
  readonly answers: number;
  /** Sample record of each `<api>/<model>`. */
  readonly samples: ReadonlyMap<string, PromptRecord>;
  readonly notices: readonly string[];
}

async function checkJudging(
  ostinato: Ostinato,
  { file, name: judged }: Answers,
  given: JudgingSettings,
): Promise<CheckedJudging> {
  const run = completeRunSettings({ ...given, file });
  const { parallel, maxQueriesJson } = run;
  const rates = maxQueriesJson === undefined ? undefined : await readRates(maxQueriesJson);
  const judge = requiredJudges(run);
  const settings = { ...toExperimentSettings(run, `judge-${judged}`, rates?.rates), judge };
  const providers = await openProviders(settings.providers);
  const { apis, checkRecord } = providers;
  const models = await checkStageFolders({ judge }, checkRecord);
  const table = new GroupTable(settings);
  models.forEach((model) => table.add(model));
  const notices = rates ? checkRates(rates, table, { parallel, apis }) : [];
  const samples = new Map(models.map((model) => [targetOf(model), model]));
  const needed = new NeededKeys(await neededKeysOf({ judge }));
  const answers = await countAnswers(file, needed);
  const lacking = needed.notices();
  const targets = [...samples.keys()];
  await refuseUnknownPrices({ settings, targets, env: ostinato.env });
  await refuseKeyConflicts(ostinato, { settings, targets });
  const folder = await readJudgeFolder(judge);
  const facts = { settings, file, judge, folder, providers, samples, targets };
  return { ...facts, answers, notices: [...notices, ...lacking] };
}

interface VerdictReuse extends PlannedReuse {
  /** For each question, true if an earlier run has its verdict. */
  readonly reused: readonly boolean[];
}

const noReuse: VerdictReuse = { reused: [] };

async function findReuse(
  ostinato: Ostinato,
  { settings, file, folder }: CheckedJudging,
): Promise<VerdictReuse> {
  const { name } = settings;
  const { output } = await openDataFolder(settings.dataFolder);
  const completedFiles = await completedFilesOf(output, name);
  if (completedFiles.length === 0) return noReuse;
  if ((await findExperiment(ostinato.client, name))?.open === true) return noReuse;
  const changedAt = Number((await statIfThere(file))?.mtimeMs ?? 0n);
  const same = await findSameRun(ostinato, {
    name,
    settings,
    hasSameInput: (_, { stage, createdAt }) =>
      Promise.resolve(stage?.madeFrom === file && changedAt <= createdAt),
  });
  if (same) {
    const { completed, failed, finishedAt, runId } = same;
    return { ...noReuse, finished: { completed, failed, finishedAt, runId } };
  }
  const questions = judgeLines(folder, () => answeredLines(file));
  const reused = await areReusable(questions, completedFiles, settings);
  return { answers: { stage: "judge", ...countsOf(reused) }, reused };
}

interface Answers {
  readonly file: string;
  /** Name of the experiment. */
  readonly name: string;
}

async function findAnswers(
  ostinato: Ostinato,
  of: string,
  { dataFolder }: JudgingSettings,
): Promise<Answers> {
  if (of.endsWith(".jsonl")) return { file: resolve(of), name: experimentOfFile(of) };
  const options = dataFolder === undefined ? {} : { dataFolder };
  const { directory } = await findFinished(ostinato, of, options);
  const { settings } = await readManifest(directory);
  return { file: runPaths(directory).completed, name: settings.name };
}

/** Returns `pilot` for `21-11-2026-10-43-19-completed-pilot.jsonl`. */
function experimentOfFile(file: string): string {
  const base = basename(file, ".jsonl");
  return base
    .replace(/^\d\d-\d\d-\d{4}-\d\d-\d\d-\d\d-completed-/, "")
    .replaceAll("completed-", "");
}

async function countAnswers(file: string, needed: NeededKeys): Promise<number> {
  let count = 0;
  for await (const line of answeredLines(file)) {
    if (line === "") continue;
    count += 1;
    const record = parseJsonText(line);
    if (!isJsonObject(record)) continue;
    refuseRow(record, file);
    needed.add(record);
  }
  if (count > 0) return count;
  throw new UserError(
    `Expected answers to judge in ${JSON.stringify(file)}, found none: all of its records failed. Send them again with \`ostinato retry-failed\`, and judge the new file.`,
  );
}
