/** Plans the calls of rows of a pipeline or a flow. */
import { resolve } from "node:path";
import type { Environment } from "../../../domain/environment.js";
import type { ExperimentSettings } from "../../../domain/experiment/experiment.js";
import type { ExperimentPlan } from "../../../domain/plan/plan.js";
import { totalOf } from "../../../domain/plan/plan.js";
import { ratesOf } from "../../../domain/rates/rates.js";
import type { NamedRates } from "../../../domain/rates/rates.js";
import { openProviders } from "../../../providers/registry/open-providers.js";
import type { OpenedProviders } from "../../../providers/registry/open-providers.js";
import { readRates } from "../../../settings/rates/read-rates.js";
import { completeRunSettings } from "../../../settings/resolve-settings.js";
import type { RunSettings } from "../../../settings/settings.js";
import { limitOfTarget } from "../../../storage/run/target-plans.js";
import { toExperimentSettings } from "../../start/check-experiment.js";
import { missingKeyNotices } from "../../worker/missing-variables.js";
import { sampleOf } from "../../worker/key-notices.js";
import { callPlanner } from "../call-planner.js";
import { planSteps } from "./plan-steps.js";
import type { WalkedRows } from "./plan-steps.js";
import { planWarnings } from "../plan-warnings.js";
import { openPromptMeter } from "../prompt-meter.js";

/** The settings of a run of rows, with the values derived from them. */
export interface RowPlanner {
  readonly name: string;
  readonly settings: ExperimentSettings;
  readonly table: readonly NamedRates[];
  readonly providers: OpenedProviders;
  readonly env: Environment;
}

export async function openRowPlanner(
  name: string,
  given: Partial<Omit<RunSettings, "file">>,
  env: Environment,
): Promise<RowPlanner> {
  const run = completeRunSettings({ ...given, file: `${name}.jsonl` });
  const table = run.maxQueriesJson === undefined ? [] : (await readRates(run.maxQueriesJson)).rates;
  const settings = toExperimentSettings(run, name);
  return { name, settings, table, providers: await openProviders(run.providers), env };
}

export interface RowsToPlan {
  readonly unit: "row" | "line";
  readonly walked: WalkedRows;
  /** Rows whose answers come from an earlier run. They are not in `walked`. @default 0 */
  readonly reused?: number;
  /** `<api>/<model>` of all calls. */
  readonly targets: readonly string[];
  /** Warnings of the walks. */
  readonly warnings: readonly string[];
}

export async function planRows(
  { unit, walked, reused = 0, targets, warnings }: RowsToPlan,
  { name, settings, table, providers, env }: RowPlanner,
): Promise<ExperimentPlan> {
  const meter = await openPromptMeter();
  const { groups, models } = await planSteps(walked, {
    calls: await callPlanner({ settings, targets, meter, providers, env }),
    meter,
    longestAnswerOf: providers.longestAnswerOf,
    limitOf: (target) => {
      const { limitKey, given } = limitOfTarget(target, table);
      return { limitKey, ...ratesOf({ ...ratesOf(settings), ...given }) };
    },
  });
  const total = { ...totalOf(groups), records: walked.rows + reused };
  const plan = { name, unit, groups, models, total, longestPrompts: [], reused };
  const sampleByTarget = new Map(targets.map((target) => [target, sampleOf(target)]));
  const keys = {
    name,
    providers,
    input: { sampleByTarget },
    env,
    envFile: resolve(settings.envFile),
  };
  const notices = [...warnings, ...(await missingKeyNotices(keys))];
  return { ...plan, warnings: planWarnings(plan, { settings, notices }) };
}
