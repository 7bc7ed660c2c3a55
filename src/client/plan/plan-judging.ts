/** Plans a run that judges existing answers. Its questions are known. */
import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { totalOf } from "../../domain/plan/plan.js";
import type { ExperimentPlan } from "../../domain/plan/plan.js";
import { GroupTable } from "../../domain/rates/group-table.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { JudgeFolder } from "../../evaluation/judges/judge-folder.js";
import { judgeLines } from "../../evaluation/judges/judge-lines.js";
import type { OpenedProviders } from "../../providers/registry/open-providers.js";
import { answeredLines } from "../../storage/completed/completed-lines.js";
import type { Ostinato } from "../connection/ostinato.js";
import { callPlanner } from "./call-planner.js";
import { InputSurvey } from "./input-survey.js";
import { planCalls } from "./plan-calls.js";
import { planWarnings } from "./plan-warnings.js";
import { openPromptMeter } from "./prompt-meter.js";

export interface JudgingToPlan {
  readonly settings: ExperimentSettings;
  /** Path of the completed file. */
  readonly file: string;
  readonly folder: JudgeFolder;
  readonly providers: OpenedProviders;
  /** `<api>/<model>` of the judges. */
  readonly targets: readonly string[];
}

/** @param reused for each question, true if an earlier run has its verdict */
export async function planJudging(
  { env }: Pick<Ostinato, "env">,
  { settings, file, folder, providers, targets }: JudgingToPlan,
  reused: readonly boolean[],
): Promise<ExperimentPlan> {
  const meter = await openPromptMeter();
  const survey = new InputSurvey(meter, providers, reused);
  const table = new GroupTable(settings, providers.sortsByModel);
  let line = 0;
  for await (const text of judgeLines(folder, () => answeredLines(file))) {
    // The check of the folder has already validated the judges' records.
    const record = parseJsonText(text) as PromptRecord;
    line += 1;
    survey.add(record, { group: table.add(record), line });
  }
  const planner = await callPlanner({ settings, targets, meter, providers, env });
  const { groups, models } = await planCalls(survey.worksOf(table.groups), planner);
  const plan = {
    ...({ name: settings.name, unit: "record", groups, models } as const),
    total: totalOf(groups),
    reused: reused.filter((isReused) => isReused).length,
    longestPrompts: survey.longest,
  };
  return { ...plan, warnings: planWarnings(plan, { survey, settings, notices: [] }) };
}
