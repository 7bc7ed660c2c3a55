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
 * Estimates the calls, time and cost of a batch run, node by node, from its first lines or its last
 * run. Runs the flow's code, but sends nothing: answers are placeholders. Throws a `UserError` for
 * the same problems as `startBatch`.
 *
 * @param given settings. `lines` is the number of lines for the estimate. @default 10
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
