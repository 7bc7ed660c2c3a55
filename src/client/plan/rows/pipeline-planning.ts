/** Plans a pipeline, from reading its rows to the walks of some of them. */
import { defined } from "../../../domain/defined.js";
import type { Environment } from "../../../domain/environment.js";
import type { JsonObject } from "../../../domain/json/json.js";
import type { ExperimentPlan } from "../../../domain/plan/plan.js";
import type { PipelineDefinition } from "../../../pipeline/definition/definition.js";
import { isModelStep, modelsOf } from "../../../pipeline/steps/models.js";
import { targetsOf } from "../../../pipeline/targets-of.js";
import type { PipelineSettings } from "../../pipeline/given-pipeline.js";
import { findSteps } from "./find-steps.js";
import type { KnownRow } from "./find-steps.js";
import type { WalkedRows } from "./plan-steps.js";
import { openRowPlanner, planRows } from "./row-planner.js";
import { RowSurvey } from "./row-survey.js";
import { walkPipeline, walkWarnings } from "./walk-pipeline.js";
import type { PlannedWalks } from "./walk-pipeline.js";

type PlanSettings = Omit<PipelineSettings, "dataset" | "window" | "sample" | "onPlan">;

export interface PipelinePlanning {
  /** Absolute path of the data folder. */
  readonly dataFolder: string;
  /** Mean time of a call in earlier runs in ms, by step. */
  readonly callMs: ReadonlyMap<string, number>;
  /** Adds a row that is run. */
  readonly add: (row: JsonObject) => void;
  /** Estimates the run. Needs all rows to have been added. */
  readonly plan: (walks: PlannedWalks) => Promise<ExperimentPlan>;
}

export async function openPlanning(
  definition: PipelineDefinition,
  { first, ...settings }: PlanSettings,
  env: Environment,
): Promise<PipelinePlanning> {
  const planner = await openRowPlanner(settings.name ?? definition.name, settings, env);
  const { providers } = planner;
  const { dataFolder } = planner.settings;
  const targetOfStep = firstModels(definition);
  const earlier = await findSteps({
    name: planner.name,
    dataFolder,
    definition,
    targetOfStep,
    tokensOf: providers.tokensOf,
  });
  const { again = false, reuse = !again } = settings;
  const hasGlobals = Object.values(definition.steps).some(({ use }) => use === "global");
  // A global step may produce other rows from all rows than from some of them.
  const known = reuse && !hasGlobals ? earlier.rows : new Map<string, KnownRow>();
  const rows = new RowSurvey({ known, ...defined({ most: first }) });
  const plan = async (walks: PlannedWalks): Promise<ExperimentPlan> => {
    const { longestAnswerOf } = providers;
    const walking = { walks: walks.walks, definition, rows: rows.picked, longestAnswerOf };
    const { failed, ...calls } = await walkPipeline(walking);
    const walked: WalkedRows = {
      ...calls,
      walked: Math.max(1, rows.picked.length),
      rows: rows.asked,
      rowsOf: (step) => rows.rowsOf(step),
      evidence: earlier.evidence,
      targetOfStep,
    };
    const warnings = [
      ...walks.warnings,
      ...walkWarnings({ walked, failed, definition, globals: walks.globals }),
      ...partlyReused(rows, targetOfStep),
    ];
    const { reused } = rows;
    const targets = targetsOf(definition);
    return await planRows({ unit: "row", walked, reused, targets, warnings }, planner);
  };
  return { dataFolder, callMs: earlier.callMs, add: (row) => rows.add(row), plan };
}

function firstModels(definition: PipelineDefinition): ReadonlyMap<string, string> {
  const steps = Object.entries(definition.steps).flatMap(([step, each]) => {
    const [target] = isModelStep(each) ? modelsOf(each) : [];
    return target === undefined ? [] : [[step, target] as const];
  });
  return new Map(steps);
}

/** Names the steps whose answers are reused for rows that other steps ask models about again. */
function partlyReused(rows: RowSurvey, modelSteps: ReadonlyMap<string, string>): readonly string[] {
  const { asked, partlyReused: partly } = rows;
  const steps = [...modelSteps.keys()].filter((step) => rows.rowsOf(step) < asked);
  if (partly === 0 || steps.length === 0) return [];
  return [
    `${partly} of the rows reuse answers of earlier runs at ${steps.join(", ")}, which the table lacks.`,
  ];
}
