/** Plans the stage that rephrases an experiment's prompts, and the work of the next stage. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { defined } from "../../domain/defined.js";
import { addWork, noWork, scaleWork } from "../../domain/plan/call-work.js";
import type { CallWork } from "../../domain/plan/call-work.js";
import { judgeWorkOf } from "../../domain/plan/judge-work.js";
import { sumOfCalls } from "../../domain/plan/plan.js";
import { targetOf } from "../../domain/record/prompt-record.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { checkRephraseFolder } from "../../evaluation/models/kept-folders.js";
import type { GroupWork, PlannedGroups, TargetWork } from "./plan-calls.js";
import { planStage } from "./plan-stage.js";
import type { StageFacts } from "./plan-stage.js";

export interface PlannedRephrase extends PlannedGroups {
  /** The work of the records that are sent next. */
  readonly next: readonly GroupWork[];
}

/** Adds the rephrase stage to a plan. Changes nothing for an experiment without one. */
export async function planRephrase(plan: StageFacts): Promise<PlannedRephrase> {
  const { checked, works, meter, providers, planner } = plan;
  const { settings } = checked;
  const { rephrase } = settings;
  if (!rephrase) return { groups: [], models: [], next: works };
  const models = await checkRephraseFolder(rephrase, () => []);
  const text = await readFile(join(rephrase.folder, rephrase.templates), "utf8");
  const lines = text.trimEnd().split(/\r\n|\r|\n/);
  const work = works
    .flatMap((group) => group.works)
    .reduce((sum, each) => addWork(sum, each.work), noWork);
  const workOf = (model: PromptRecord): TargetWork => {
    const target = targetOf(model);
    const { api, model_name, parameters = {} } = model;
    const templates = lines.map(
      (prompt) => meter.measure(target, { prompt, parameters }).turns[0] ?? 0,
    );
    const longestAnswer = providers.longestAnswerOf(model);
    const asked = { work, outputTokens: 0, templates, ...defined({ longestAnswer }) };
    return { target, record: { api, ...defined({ model_name }) }, work: judgeWorkOf(asked) };
  };
  const stage = "rephrase";
  const planned = await planStage({ stage, settings, models, workOf, providers, planner });
  const { calls, outputTokens } = sumOfCalls(planned.models);
  const made = {
    perRecord: models.length * lines.length,
    tokens: { low: outputTokens.low / calls, high: outputTokens.high / calls },
    keepsOriginals: !rephrase.removeOriginal,
  };
  const next = rephrase.only ? [] : works.map((group) => afterRephrase(group, made));
  return { ...planned, next };
}

interface MadePrompts {
  /** The number of rephrased prompts for each record. */
  readonly perRecord: number;
  /** Tokens of each rephrased prompt. */
  readonly tokens: { readonly low: number; readonly high: number };
  readonly keepsOriginals: boolean;
}

function afterRephrase({ group, works }: GroupWork, made: MadePrompts): GroupWork {
  const after = (work: CallWork, tokens: number): CallWork => {
    const { perRecord, keepsOriginals } = made;
    const rephrased = {
      ...scaleWork(work, perRecord),
      promptTokens: work.records * perRecord * tokens,
      longestPrompt: tokens,
    };
    return keepsOriginals ? addWork(work, rephrased) : rephrased;
  };
  const { low, high } = made.tokens;
  return {
    group,
    works: works.map((each) => ({
      ...each,
      work: after(each.work, low),
      mostWork: after(each.work, high),
    })),
  };
}
