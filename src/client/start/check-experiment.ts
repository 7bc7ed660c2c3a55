import { basename, join, resolve } from "node:path";
import { defined } from "../../domain/defined.js";
import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import { GroupTable } from "../../domain/rates/group-table.js";
import type { PlannedGroup } from "../../domain/rates/group-table.js";
import { ratesOf } from "../../domain/rates/rates.js";
import type { NamedRates } from "../../domain/rates/rates.js";
import { dailyQuotaOf } from "../../settings/rates/daily-quota.js";
import { readRates } from "../../settings/rates/read-rates.js";
import { targetOf } from "../../domain/record/prompt-record.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { NeededKeys } from "../../domain/record/needed-keys.js";
import { neededKeysOf } from "./needed-keys.js";
import { scorersWithout } from "../../domain/scores/scorer-keys.js";
import { checkScorers } from "../../evaluation/scorers/check-scorers.js";
import { completeRunSettings } from "../../settings/resolve-settings.js";
import type { RunSettings } from "../../settings/settings.js";
import { createMediaCheck } from "../../storage/media/check-media.js";
import { checkInput } from "../../storage/input/check-input.js";
import type { CheckOptions, RecordPlace } from "../../storage/input/check-input.js";
import { openDataFolder } from "../../storage/data-folder.js";
import { liesInInput } from "../../storage/input/stage-input.js";
import { loadLineForm } from "../../pipeline/templates/line-form.js";
import { withoutEnding } from "../../storage/input/input-format.js";
import { DemandedParameters, inputFormOf, unusedModels } from "./input-form.js";
import { checkRates } from "./check-rates.js";
import { missingKeyNotices } from "../worker/missing-variables.js";
import type { Environment } from "../../domain/environment.js";
import { openProviders } from "../../providers/registry/open-providers.js";
import { refuseUnknownPrices } from "./refuse-unknown-prices.js";
import { checkStageFolders, stageNotices, stageSettings } from "./stage-settings.js";

/** Settings of an experiment. Missing ones have their defaults. */
export type GivenSettings = Partial<RunSettings> &
  Pick<RunSettings, "file"> & {
    /**
     * Treat `scorers` as defaults for all inputs of a folder: skip a scorer whose key an input
     * lacks, instead of refusing the input. @default false
     */
    readonly scorersAreDefaults?: boolean;
  };

/** An experiment with valid input and settings. */
export interface CheckedExperiment {
  readonly name: string;
  readonly settings: ExperimentSettings;
  /** Absolute path of the input. */
  readonly file: string;
  readonly moveToInput: boolean;
  /** True if answers of earlier runs are not reused. */
  readonly again: boolean;
  /** Number of records, without the invalid lines that `skipInvalid` skips. */
  readonly records: number;
  readonly invalid: number;
  readonly inputSha256: string;
  /** `<api>/<model>`, in the order of the input. */
  readonly targets: readonly string[];
  /**
   * The groups of records: one group `all`, or with `parallel` those of the input and of the rate
   * table.
   */
  readonly groups: readonly PlannedGroup[];
  /** `<api>/<model>` of the judges and the rephrase models. */
  readonly modelTargets: readonly string[];
  /** Warnings that do not prevent the run, e.g. about an unset key. */
  readonly notices: readonly string[];
}

/** Checks an experiment's input and settings; needs no server. Throws `UserError`. */
export async function checkExperiment(
  given: GivenSettings,
  env: Environment = process.env,
): Promise<CheckedExperiment> {
  return checkSurveyed(given, { env });
}

export interface SurveyedCheck extends Pick<CheckOptions, "onRecord"> {
  readonly env: Environment;
  /** Create no data folder, because nothing is started. @default false */
  readonly readOnly?: boolean;
  /** Rates of an earlier run, in place of a rate table in a file. */
  readonly groupRates?: readonly NamedRates[];
}

/**
 * Checks like `checkExperiment` and passes each record to a survey, so that a large input is read
 * once.
 */
export async function checkSurveyed(
  given: GivenSettings,
  { env, onRecord, readOnly = false, groupRates }: SurveyedCheck,
): Promise<CheckedExperiment> {
  const run = completeRunSettings(given);
  const providers = await openProviders(run.providers);
  await checkScorers(run.scorers ?? []);
  const file = resolve(run.file);
  const name = experimentNameOf(run);
  const rates = run.maxQueriesJson === undefined ? undefined : await readRates(run.maxQueriesJson);
  const form = await inputFormOf(run, providers.apis);
  const base = toExperimentSettings(run, name, groupRates ?? rates?.rates);
  const asGiven = { ...base, ...defined({ form }) };
  const table = new GroupTable(asGiven, providers.sortsByModel);
  const { checkRecord, mediaOf, apis } = providers;
  const demanded = new DemandedParameters(providers.demandedParameters);
  const needed = new NeededKeys(await neededKeysOf(asGiven, given.scorersAreDefaults));
  const { skipInvalid, parallel, moveToInput, envFile } = run;
  const checks = {
    checkRecord,
    checkMedia: createMediaCheck(join(resolve(run.dataFolder), "media"), mediaOf),
    skipInvalid,
    form: await loadLineForm(form),
    onRecord: shownTo([demanded, needed], onRecord),
  };
  const input = await checkInput(file, checks, table);
  const lacking = needed.notices();
  const settings = withUsableScorers(asGiven, needed.missing());
  const models = await checkStageFolders(settings, checkRecord);
  const { groups } = table;
  // The rate table also applies to judges and rephrase models.
  models.forEach((model) => table.add(model));
  const ofRates = rates ? checkRates(rates, table, { parallel, apis }) : [];
  const samples = new Map(models.map((model) => [targetOf(model), model]));
  const sampleByTarget = new Map([...input.sampleByTarget, ...samples]);
  await refuseUnknownPrices({ settings, targets: [...input.targets, ...samples.keys()], env });
  if (!readOnly) await liesInInput(await openDataFolder(run.dataFolder), file, input.sha256);
  const { records, invalid, sha256, targets } = input;
  return {
    name,
    settings,
    file,
    records,
    invalid,
    targets,
    moveToInput,
    again: run.again === true,
    inputSha256: sha256,
    groups,
    modelTargets: [...samples.keys()],
    notices: [
      ...stageNotices(settings),
      ...demanded.notices(),
      ...lacking,
      ...unusedModels(form, targets),
      ...ofRates,
      ...(await missingKeyNotices({ name, providers, input: { sampleByTarget }, env, envFile })),
    ],
  };
}

function shownTo(
  readers: readonly { readonly add: (record: PromptRecord) => void }[],
  onRecord: SurveyedCheck["onRecord"],
): (record: PromptRecord, place: RecordPlace) => void {
  return (record, place) => {
    for (const reader of readers) reader.add(record);
    onRecord?.(record, place);
  };
}

/**
 * Returns the scorers without those whose keys are missing. They only remain here as defaults;
 * otherwise the input was refused. Each has a notice.
 */
function withUsableScorers(
  { scorers = [], ...settings }: ExperimentSettings,
  missing: readonly string[],
): ExperimentSettings {
  const usable = scorersWithout(scorers, missing);
  return usable.length > 0 ? { ...settings, scorers: usable } : settings;
}

export function experimentNameOf({ name, file }: GivenSettings): string {
  return name ?? nameOfFile(file);
}

/** As in prompto, which removes both suffixes, `a.csv.jsonl` becomes the experiment `a`. */
function nameOfFile(file: string): string {
  const name = withoutEnding(basename(file));
  return name.replace(/\.csv$/i, "");
}

/**
 * Completes and checks the settings of an experiment. Throws a `UserError` for an invalid setting.
 *
 * @param rates the rate table, which is ignored without `parallel`
 */
export function toExperimentSettings(
  settings: RunSettings,
  name: string,
  rates: readonly NamedRates[] = [],
): ExperimentSettings {
  return {
    name,
    dataFolder: resolve(settings.dataFolder),
    envFile: resolve(settings.envFile),
    ...ratesOf({ ...settings, requestsPerDay: dailyQuotaOf(settings) }),
    ...(settings.parallel && { groupRates: rates }),
    maxAttempts: settings.maxAttempts,
    timeoutMs: settings.timeoutMs,
    throttleTimeoutMs: settings.throttleTimeoutMs,
    onBlocked: settings.onBlocked,
    skipInvalid: settings.skipInvalid,
    preview: settings.preview,
    ...(settings.providers !== undefined &&
      settings.providers.length > 0 && { providers: settings.providers }),
    outputAsCsv: settings.outputAsCsv,
    ...(settings.scorers !== undefined &&
      settings.scorers.length > 0 && { scorers: settings.scorers }),
    ...defined({ prices: settings.prices, maxCost: settings.maxCost }),
    priority: settings.priority,
    ...stageSettings(settings),
  };
}
