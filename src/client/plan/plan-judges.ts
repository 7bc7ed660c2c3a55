/** Plans the stage that judges an experiment's answers. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { defined } from "../../domain/defined.js";
import { addWork, noWork } from "../../domain/plan/call-work.js";
import type { CallWork } from "../../domain/plan/call-work.js";
import { judgeWorkOf } from "../../domain/plan/judge-work.js";
import { sumOfCalls } from "../../domain/plan/plan.js";
import { targetOf } from "../../domain/record/prompt-record.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { checkJudgeFolder } from "../../evaluation/models/kept-folders.js";
import type { PlannedGroups, TargetWork } from "./plan-calls.js";
import { planStage } from "./plan-stage.js";
import type { StageFacts } from "./plan-stage.js";

export interface JudgePlan extends StageFacts {
  /** Plan of the answers to judge. */
  readonly main: PlannedGroups;
}

/** Returns the plan of the judges; empty for an experiment without judges. */
export async function planJudges(plan: JudgePlan): Promise<PlannedGroups> {
  const { settings } = plan.checked;
  if (!settings.judge || settings.rephrase?.only === true) return { groups: [], models: [] };
  const { folder, templates: files } = settings.judge;
  const models = await checkJudgeFolder(settings.judge, () => []);
  const texts: string[] = [];
  for (const file of files) texts.push(await readFile(join(folder, file), "utf8"));
  const { providers, planner } = plan;
  const workOf = (judge: PromptRecord): TargetWork => workOfJudge(judge, texts, plan);
  return planStage({ stage: "judge", settings, models, workOf, providers, planner });
}

function workOfJudge(judge: PromptRecord, texts: readonly string[], plan: JudgePlan): TargetWork {
  const { meter, providers, main } = plan;
  const target = targetOf(judge);
  const { parameters = {} } = judge;
  const templates = texts.map(
    (prompt) => meter.measure(target, { prompt, parameters }).turns[0] ?? 0,
  );
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

function wholeWork({ works }: JudgePlan): CallWork {
  return works
    .flatMap((group) => group.works)
    .reduce((sum, { work }) => addWork(sum, work), noWork);
}
