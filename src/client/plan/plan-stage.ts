/** Plans a stage that asks the models of a folder: judges, or models that rephrase. */
import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import type { PlannedStage } from "../../domain/plan/plan.js";
import { GroupTable } from "../../domain/rates/group-table.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { OpenedProviders } from "../../providers/registry/open-providers.js";
import { planCalls } from "./plan-calls.js";
import type { CheckedExperiment } from "../start/check-experiment.js";
import type { CallPlanner, GroupWork, PlannedGroups, TargetWork } from "./plan-calls.js";
import type { PromptMeter } from "./prompt-meter.js";

/** The facts from which a stage is planned. */
export interface StageFacts {
  readonly checked: Pick<CheckedExperiment, "settings">;
  /** Work of the records from which the stage is made. */
  readonly works: readonly GroupWork[];
  readonly meter: PromptMeter;
  readonly providers: Pick<OpenedProviders, "longestAnswerOf" | "sortsByModel">;
  readonly planner: CallPlanner;
}

export interface StageToPlan {
  readonly stage: PlannedStage;
  readonly settings: ExperimentSettings;
  /** A sample record of each model. */
  readonly models: readonly PromptRecord[];
  readonly workOf: (model: PromptRecord) => TargetWork;
  readonly providers: Pick<OpenedProviders, "sortsByModel">;
  readonly planner: CallPlanner;
}

export async function planStage(given: StageToPlan): Promise<PlannedGroups> {
  const { stage, settings, models, workOf, providers, planner } = given;
  const table = new GroupTable(settings, providers.sortsByModel);
  const works = new Map<string, TargetWork[]>();
  for (const model of models) {
    const name = table.add(model);
    works.set(name, [...(works.get(name) ?? []), workOf(model)]);
  }
  const groups = table.groups.map((group) => ({ group, works: works.get(group.name) ?? [] }));
  const asked = groups.filter((group) => group.works.length > 0);
  return planCalls(asked, { ...planner, stage });
}
