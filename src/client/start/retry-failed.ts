import { extname } from "node:path";
import type {
  ExperimentSettings,
  Manifest,
  PipelineInput,
  PrepareExperimentInput,
} from "../../domain/experiment/experiment.js";
import { changedTargets } from "../../domain/experiment/target-plan.js";
import type { TargetPlan } from "../../domain/experiment/target-plan.js";
import { defined } from "../../domain/defined.js";
import { targetOf } from "../../domain/record/prompt-record.js";
import { UserError } from "../../domain/failure/user-error.js";
import { checkScorers } from "../../evaluation/scorers/check-scorers.js";
import { quotaSettings } from "../../settings/rates/daily-quota.js";
import { completeRunSettings } from "../../settings/resolve-settings.js";
import type { retrySettingNames } from "../../settings/options/options.js";
import type { RunSettings } from "../../settings/settings.js";
import { aggregationErrors } from "../../storage/batch/aggregation-errors.js";
import { stagingFolder } from "../../storage/input/stage-rows.js";
import { readMaxCost } from "../../storage/budget/max-cost.js";
import { copyFlow, hasFlow } from "../../storage/run/kept-flow.js";
import { copyPipeline, readKeptPipeline } from "../../storage/run/pipeline/kept-pipeline.js";
import { segmentPlans } from "../pipeline/segment-plans.js";
import { windowOf } from "../../domain/experiment/window-of.js";
import type { DataFolder } from "../../storage/data-folder.js";
import { openDataFolder, stageInput } from "../../storage/data-folder.js";
import { hashFile } from "../../storage/files/hash-file.js";
import { findOriginalInput, readManifest, runPaths } from "../../storage/run/run-folder.js";
import { toExperimentSettings } from "./check-experiment.js";
import type { ExperimentPlan } from "../../domain/plan/plan.js";
import { planAgain } from "../plan/plan-experiment.js";
import { findFinished, stillRuns } from "../answers/find-finished.js";
import type { FindOptions } from "../connection/find-options.js";
import type { Ostinato } from "../connection/ostinato.js";
import { openProviders } from "../../providers/registry/open-providers.js";
import { refuseUnknownPrices } from "./refuse-unknown-prices.js";
import { refuseKeyConflicts } from "../worker/refuse-key-conflicts.js";
import { launchOrDiscard, toStarted } from "./start-experiment.js";
import type { StartedExperiment } from "./start-experiment.js";
import { checkStageFolders, judgeSettingsOf } from "./stage-settings.js";
import { stagesOfFound } from "../status/stage-status.js";

/** Settings of the new run. Missing ones stay as in the previous run. */
export type RetryOverrides = FindOptions & {
  /**
   * Called with the plan of an experiment before anything is sent. Not called for pipelines, batch
   * runs, experiments that rephrase, and runs of judges alone.
   */
  readonly onPlan?: (plan: ExperimentPlan) => void | Promise<void>;
} & Partial<Pick<RunSettings, (typeof retrySettingNames)[number]>>;

/**
 * Runs a finished experiment again, under a new stamp. Completed outcomes are reused, the other
 * records are sent. Throws a `UserError` if it is running, has never finished, or has no failed
 * records and no failed aggregation.
 */
export async function retryFailed(
  ostinato: Ostinato,
  name: string,
  { dataFolder, onPlan, ...overrides }: RetryOverrides = {},
): Promise<StartedExperiment> {
  const options = dataFolder === undefined ? {} : { dataFolder };
  const directory = await findRetryable(ostinato, name, options);
  const manifest = await readManifest(directory);
  const again = await askAgain(manifest, directory);
  const repeated = { directory, overrides };
  const { given, settings } = await settingsAgain(manifest, again.file, repeated);
  await checkScorers(settings.scorers ?? []);
  const { checkRecord } = await openProviders(settings.providers);
  const models = await checkStageFolders(settings, checkRecord);
  const targets = [...manifest.targets, ...models.map(targetOf)];
  await refuseUnknownPrices({ settings, targets, env: ostinato.env });
  await refuseKeyConflicts(ostinato, { settings, targets });
  if (onPlan && isPlanned(manifest)) {
    const judging = settings.judge && judgeSettingsOf(settings.judge);
    const asGiven = { ...given, ...judging, name: settings.name };
    const { groupRates } = settings;
    await onPlan(await planAgain(asGiven, { env: ostinato.env, ...defined({ groupRates }) }));
  }
  const folder = await openDataFolder(settings.dataFolder);
  const { file, how } = again;
  const inputSha256 = await hashFile(file);
  // A judged file stays in its place; an input is staged for its run.
  const inputPath =
    how.judgeOf ?? (await stageInput(folder, file, { move: false, sha256: inputSha256 })).inputPath;
  const inputName = `${name}${extname(file)}`;
  const pipeline = await pipelineAgain(folder, manifest, repeated);
  const runId = await launchOrDiscard(ostinato, {
    input: { settings, inputPath, inputName, ...how, ...defined({ pipeline }) },
    inputSha256,
    records: manifest.records,
  });
  if (runId === undefined) throw stillRuns(name);
  return toStarted(ostinato, { name, notices: [] }, { runId, alreadyRunning: false });
}

interface SettingsAgain {
  readonly given: RunSettings;
  readonly settings: ExperimentSettings;
}

async function settingsAgain(
  manifest: Manifest,
  file: string,
  { directory, overrides }: Repeated,
): Promise<SettingsAgain> {
  const { groupRates, judge, rephrase, requestsPerDay, ...before } = manifest.settings;
  // The settings leave out the form of the first input, because the run's own input consists of
  // records.
  const given = completeRunSettings({
    ...before,
    ...(requestsPerDay && quotaSettings(requestsPerDay)),
    ...defined({ maxCost: await readMaxCost(directory, manifest) }),
    file,
    parallel: groupRates !== undefined,
    ...overrides,
  });
  const ofExperiment = manifest.stage?.experiment ?? before.name;
  const settings = {
    ...toExperimentSettings(given, ofExperiment, groupRates),
    ...defined({ judge, rephrase }),
  };
  return { given, settings };
}

/** True for records whose prompts are all known. */
function isPlanned(manifest: Manifest): boolean {
  const { stage, settings } = manifest;
  const isMain = stage === undefined || stage.kind === "main";
  return isMain && !targetsOfRows(manifest) && !settings.rephrase;
}

interface Again {
  /** The input, or the completed file to judge. */
  readonly file: string;
  readonly how: Pick<PrepareExperimentInput, "takeOver" | "judgeOf" | "reuse">;
}

/** Stages the input for a repeated run. Each stage reuses the existing answers. */
async function askAgain(manifest: Manifest, directory: string): Promise<Again> {
  const { stage, settings, inputPath } = manifest;
  if (stage?.kind === "judge" && stage.madeFrom !== undefined) {
    return { file: stage.madeFrom, how: { judgeOf: stage.madeFrom, reuse: true } };
  }
  if (stage && settings.rephrase) {
    const { dataFolder } = settings;
    const file = await findOriginalInput({ dataFolder, name: stage.experiment });
    return { file, how: { reuse: true } };
  }
  // The rows of a pipeline or flow look up the answers of earlier runs themselves.
  if (targetsOfRows(manifest)) return { file: inputPath, how: {} };
  const takeOver = runPaths(directory).completed;
  return { file: inputPath, how: { takeOver, ...(stage && { reuse: true }) } };
}

function targetsOfRows({ groups }: Manifest): readonly TargetPlan[] | undefined {
  return groups.find(({ targets }) => targets !== undefined)?.targets;
}

interface Repeated {
  readonly directory: string;
  readonly overrides: RetryOverrides;
}

/** Stages the pipeline or flow of a run again, with its kept code. */
async function pipelineAgain(
  folder: DataFolder,
  manifest: Manifest,
  { directory, overrides: { requestsPerMinute } }: Repeated,
): Promise<PipelineInput | undefined> {
  const [rows] = manifest.groups;
  const targets = targetsOfRows(manifest);
  if (!rows || !targets) return undefined;
  const path = await stagingFolder(folder, manifest.settings.name);
  const again = {
    path,
    targets:
      requestsPerMinute === undefined ? targets : changedTargets(targets, { requestsPerMinute }),
    reuse: true,
    window: rows.inFlight ?? windowOf(targets),
    ...defined({ rowsWanted: rows.rowsWanted }),
  };
  if (await hasFlow(directory)) {
    await copyFlow(directory, path);
    return { ...again, flow: { takeOver: directory } };
  }
  await copyPipeline(directory, path);
  return { ...again, ...segmentPlans(await readKeptPipeline(directory)) };
}

/**
 * Returns the state folder of the latest run. The run must have ended with failed records or a
 * failed aggregation.
 */
async function findRetryable(
  ostinato: Ostinato,
  name: string,
  options: FindOptions,
): Promise<string> {
  const { directory, result, found } = await findFinished(ostinato, name, options);
  const stages = (await stagesOfFound(found)) ?? [];
  // A row may be completed although a step failed for it, if a group accepted the failure.
  const steps = Object.values(result.steps ?? {});
  const failed = [result, ...stages, ...steps].some((part) => (part.failed ?? 0) > 0);
  // The lines are reused, and the aggregation runs over them again.
  if (!failed && !(await aggregationErrors(directory))) {
    throw new UserError(
      `Nothing failed in the last run of "${name}", so there is nothing to retry.`,
    );
  }
  return directory;
}
