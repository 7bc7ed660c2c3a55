import { join, resolve } from "node:path";
import { defined } from "../../domain/defined.js";
import type { Environment } from "../../domain/environment.js";
import { totalOf } from "../../domain/plan/plan.js";
import type { ExperimentPlan } from "../../domain/plan/plan.js";
import { openProviders } from "../../providers/registry/open-providers.js";
import { completeRunSettings } from "../../settings/resolve-settings.js";
import { completedFilesOf } from "../../storage/completed/completed-files.js";
import { checkSurveyed, experimentNameOf } from "../start/check-experiment.js";
import type { CheckedExperiment, GivenSettings, SurveyedCheck } from "../start/check-experiment.js";
import { findReusable } from "../start/plan-reuse.js";
import { callPlanner } from "./call-planner.js";
import { InputSurvey } from "./input-survey.js";
import { planCalls } from "./plan-calls.js";
import { planJudges } from "./plan-judges.js";
import { planRephrase } from "./plan-rephrase.js";
import { planWarnings } from "./plan-warnings.js";
import { openPromptMeter } from "./prompt-meter.js";

/**
 * Estimates the calls, time and cost of an experiment, each as a range. Sends nothing, changes
 * nothing and needs no server. Throws a `UserError` for an invalid input or setting.
 *
 * @param env variables that override those of the environment file
 */
export async function planExperiment(
  given: GivenSettings,
  env: Environment = process.env,
): Promise<ExperimentPlan> {
  return (await makePlan(given, { env, readOnly: true })).plan;
}

/**
 * Estimates like `planExperiment` for a run whose records are sent again.
 *
 * @param groupRates rate table of the earlier run
 */
export async function planAgain(
  given: GivenSettings,
  { env, groupRates }: Pick<SurveyedCheck, "env" | "groupRates">,
): Promise<ExperimentPlan> {
  return (await makePlan(given, { env, readOnly: true, ...defined({ groupRates }) })).plan;
}

export interface PlannedExperiment {
  /** Result of the check. `startExperiment` accepts it and does not check the input again. */
  readonly checked: CheckedExperiment;
  readonly plan: ExperimentPlan;
}

/**
 * Checks and estimates an experiment that is started next, and creates its data folder. Throws a
 * `UserError` for an invalid input or setting.
 */
export async function checkAndPlan(
  given: GivenSettings,
  env: Environment = process.env,
): Promise<PlannedExperiment> {
  return makePlan(given, { env, readOnly: false });
}

type Planning = Pick<SurveyedCheck, "env" | "readOnly" | "groupRates">;

async function makePlan(given: GivenSettings, planning: Planning): Promise<PlannedExperiment> {
  const meter = await openPromptMeter();
  const providers = await openProviders(completeRunSettings(given).providers);
  const reused = await reusedRecords(given, planning);
  const survey = new InputSurvey(meter, providers, reused);
  const checked = await checkSurveyed(given, {
    ...planning,
    onRecord: survey.add.bind(survey),
  });
  const { name, settings, targets, modelTargets } = checked;
  const planner = await callPlanner({
    settings,
    meter,
    providers,
    env: planning.env,
    targets: [...targets, ...modelTargets],
  });
  const works = survey.worksOf(checked.groups);
  const shared = { checked, meter, providers, planner };
  const rephrased = await planRephrase({ ...shared, works });
  const main = await planCalls(rephrased.next, planner);
  const judged = await planJudges({ ...shared, works: rephrased.next, main });
  const groups = [...rephrased.groups, ...main.groups, ...judged.groups];
  const models = [...rephrased.models, ...main.models, ...judged.models];
  const plan: Omit<ExperimentPlan, "warnings"> = {
    name,
    unit: "record",
    groups,
    models,
    total: totalOf(groups),
    reused: reused.filter((isReused) => isReused).length,
    longestPrompts: survey.longest,
  };
  const warnings = planWarnings(plan, { survey, settings, notices: checked.notices });
  return { checked, plan: { ...plan, warnings } };
}

/**
 * For each record, true if an earlier run of the name has its answer. Empty if no earlier run has
 * answers.
 */
async function reusedRecords(
  given: GivenSettings,
  planning: Planning,
): Promise<readonly boolean[]> {
  const run = completeRunSettings(given);
  const output = join(resolve(run.dataFolder), "output");
  const files = await completedFilesOf(output, experimentNameOf(run));
  // The prompts after a rephrase stage are not known yet.
  if (run.again === true || run.rephraseFolder !== undefined || files.length === 0) return [];
  return findReusable(await checkSurveyed(given, planning), files);
}
