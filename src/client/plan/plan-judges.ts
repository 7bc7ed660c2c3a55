/** Plans the stage that judges an experiment's answers. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { defined } from "../../domain/defined.js";
import { addWork, noWork } from "../../domain/plan/call-work.js";
import type { CallWork } from "../../domain/plan/call-work.js";
import { judgeWorkOf } from "../../domain/plan/judge-work.js";
import { sumOfCalls } from "../../domain/plan/plan.js";
import { GroupTable } from "../../domain/rates/group-table.js";
import { targetOf } from "../../domain/record/prompt-record.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { checkJudgeFolder } from "../../evaluation/models/kept-folders.js";
import type { OpenedProviders } from "../../providers/registry/open-providers.js";
import type { CheckedExperiment } from "../start/check-experiment.js";
import type { InputSurvey } from "./input-survey.js";
import { planCalls } from "./plan-calls.js";
import type { CallPlanner, PlannedGroups, TargetWork } from "./plan-calls.js";
import type { PromptMeter } from "./prompt-meter.js";

export interface JudgePlan {
  readonly checked: Pick<CheckedExperiment, "settings" | "groups">;
  readonly survey: InputSurvey;
  readonly meter: PromptMeter;
  readonly providers: Pick<OpenedProviders, "longestAnswerOf" | "sortsByModel">;
  readonly planner: CallPlanner;
  /** The plan of the answers to judge. */
  readonly main: PlannedGroups;
}

/** Empty for an experiment without judges. */
export async function planJudges(plan: JudgePlan): Promise<PlannedGroups> {
  const { settings } = plan.checked;
  if (!settings.judge || settings.rephrase?.only === true) return { groups: [], models: [] };
  const judges = await checkJudgeFolder(settings.judge, () => []);
  const table = new GroupTable(settings, plan.providers.sortsByModel);
  const works = new Map<string, TargetWork[]>();
  for (const judge of judges) {
    const name = table.add(judge);
    works.set(name, [...(works.get(name) ?? []), await workOfJudge(judge, plan)]);
  }
  const groups = table.groups.map((group) => ({ group, works: works.get(group.name) ?? [] }));
  const asked = groups.filter((group) => group.works.length > 0);
  return planCalls(asked, { ...plan.planner, stage: "judge" });
}

async function workOfJudge(judge: PromptRecord, plan: JudgePlan): Promise<TargetWork> {
  const { meter, providers, main, checked } = plan;
  const { folder = "", templates: files = [] } = checked.settings.judge ?? {};
  const target = targetOf(judge);
  const { parameters = {} } = judge;
  const templates: number[] = [];
  for (const file of files) {
    const prompt = await readFile(join(folder, file), "utf8");
    const [tokens = 0] = meter.measure(target, { prompt, parameters }).turns;
    templates.push(tokens);
  }
  const longestAnswer = providers.longestAnswerOf(judge);
  const { outputTokens } = sumOfCalls(main.models);
  const judged = { work: wholeWork(plan), templates, ...defined({ longestAnswer }) };
  const { api, model_name } = judge;
  return {
    target,
    record: { api, ...defined({ model_name }) },
    work: judgeWorkOf({ ...judged, outputTokens: outputTokens.low }),
    mostWork: judgeWorkOf({ ...judged, outputTokens: outputTokens.high }),
  };
}

function wholeWork({ checked, survey }: JudgePlan): CallWork {
  return checked.groups
    .flatMap(({ name }) => survey.workOf(name))
    .reduce((sum, { work }) => addWork(sum, work), noWork);
}
