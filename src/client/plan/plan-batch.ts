import type { ExperimentPlan } from "../../domain/plan/plan.js";
import { dryRunBatch } from "../batch/dry-run-batch.js";
import type { DryBatchSettings } from "../batch/dry-run-batch.js";
import { runSettingsOf } from "../batch/run-settings-of.js";
import type { GivenFlow } from "../batch/open-given.js";
import { LineCounts } from "./rows/line-counts.js";
import { longText } from "./placeholder.js";
import { planLines } from "./rows/plan-lines.js";
import { openRowPlanner } from "./rows/row-planner.js";

export type BatchPlanSettings = Omit<
  DryBatchSettings,
  "calls" | "placeholder" | "onLine" | "onPlan"
>;

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
  const all = new LineCounts();
  const dry: DryBatchSettings = { ...given, lines, calls: false, env };
  const short = await dryRunBatch(flow, {
    ...dry,
    placeholder: "ok",
    onLine: (line) => all.add(line),
  });
  const planner = await openRowPlanner(given.name ?? short.name, runSettingsOf(given), env);
  const { longestAnswerOf } = planner.providers;
  const long = await dryRunBatch(flow, {
    ...dry,
    placeholder: (record) => longText(longestAnswerOf(record)),
  });
  const { reuse = given.again !== true } = given;
  const plan = await planLines(
    { ...short, short: short.lines, long: long.lines, all, reuse },
    planner,
  );
  if (!plan) throw new Error("Expected lines to plan from.");
  return plan;
}
