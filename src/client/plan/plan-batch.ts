import { resolve } from "node:path";
import type { ExperimentPlan } from "../../domain/plan/plan.js";
import { runSettingNames } from "../../settings/options/options.js";
import type { RunSettings } from "../../settings/settings.js";
import { dryRunBatch } from "../batch/dry-run-batch.js";
import type { DryBatchSettings } from "../batch/dry-run-batch.js";
import type { GivenFlow } from "../batch/open-given.js";
import { findSteps } from "./find-steps.js";
import { longText } from "./placeholder.js";
import type { WalkedCall, WalkedRows } from "./plan-steps.js";
import { openRowPlanner, planRows } from "./row-planner.js";

export type BatchPlanSettings = Omit<DryBatchSettings, "calls" | "placeholder">;

/**
 * Estimates what a batch run sends, takes and costs, node by node, from its first lines or from its
 * last run. Sends nothing: placeholders stand for the answers. Runs the flow's own code. Throws a
 * `UserError` for what `startBatch` refuses too.
 *
 * @param given `lines` is the number of lines from which the plan estimates, 10 by default
 */
export async function planBatch(
  flow: GivenFlow,
  { lines = 10, env = process.env, ...given }: BatchPlanSettings,
): Promise<ExperimentPlan> {
  const dry: DryBatchSettings = { ...given, lines, calls: false, env };
  const short = await dryRunBatch(flow, { ...dry, placeholder: "ok" });
  const planner = await openRowPlanner(given.name ?? short.name, runSettings(given), env);
  const { longestAnswerOf } = planner.providers;
  const long = await dryRunBatch(flow, {
    ...dry,
    placeholder: (record) => longText(longestAnswerOf(record)),
  });
  const callsOf = ({ lines: made }: typeof short): readonly WalkedCall[] =>
    made.flatMap(({ calls }) => calls);
  const calls = { short: callsOf(short), long: callsOf(long) };
  const all = [...calls.short, ...calls.long];
  const targetOfStep = new Map(all.map(({ step, target }) => [step, target]));
  const { evidence } = await findSteps({
    name: planner.name,
    dataFolder: resolve(planner.settings.dataFolder),
    targetOfStep,
    tokensOf: planner.providers.tokensOf,
  });
  const rows = short.estimate.lines;
  const walked: WalkedRows = {
    ...calls,
    walked: Math.max(1, short.lines.length),
    rows,
    evidence,
    targetOfStep,
  };
  const failed = short.lines.filter(({ end }) => end.status === "failed");
  const reasons = new Set(failed.flatMap(({ end: { error } }) => (error ? [error.message] : [])));
  const warnings = [
    ...short.warnings,
    ...[...reasons].map(
      (reason) =>
        `A line failed with placeholders for its answers, so calls may be missing: ${reason}`,
    ),
  ];
  const targets = [...new Set(all.map(({ target }) => target))];
  return planRows({ unit: "line", walked, targets, warnings }, planner);
}

/** The settings that every experiment has. */
function runSettings(settings: BatchPlanSettings): Partial<RunSettings> {
  const names: readonly string[] = runSettingNames;
  return Object.fromEntries(Object.entries(settings).filter(([name]) => names.includes(name)));
}
