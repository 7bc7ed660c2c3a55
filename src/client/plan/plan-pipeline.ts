import { defined } from "../../domain/defined.js";
import type { Environment } from "../../domain/environment.js";
import type { ExperimentPlan } from "../../domain/plan/plan.js";
import { isModelStep, modelsOf } from "../../pipeline/steps/models.js";
import { targetsOf } from "../../pipeline/targets-of.js";
import type { GivenPipeline, PipelineSettings } from "../pipeline/given-pipeline.js";
import { openDryWalks } from "../pipeline/open-dry-walks.js";
import { findSteps } from "./find-steps.js";
import type { WalkedRows } from "./plan-steps.js";
import { openRowPlanner, planRows } from "./row-planner.js";
import { spreadRows } from "./spread-rows.js";
import { walkPipeline, walkWarnings } from "./walk-pipeline.js";

export interface PipelinePlanOptions extends Omit<PipelineSettings, "window" | "sample"> {
  /** @default that of this process */
  readonly env?: Environment;
}

/**
 * Estimates what a pipeline sends, takes and costs, step by step, from the walks of up to 50 of its
 * rows, or from its last run. Sends nothing: placeholders stand for the answers. Runs the
 * pipeline's own functions. Throws a `UserError` for what `startPipeline` refuses too.
 */
export async function planPipeline(
  given: GivenPipeline,
  { env = process.env, first, dataset, ...settings }: PipelinePlanOptions = {},
): Promise<ExperimentPlan> {
  const { definition } = given;
  const planner = await openRowPlanner(settings.name ?? definition.name, settings, env);
  const { dataFolder } = planner.settings;
  const steps = Object.entries(definition.steps).flatMap(([step, each]) => {
    const [target] = isModelStep(each) ? modelsOf(each) : [];
    return target === undefined ? [] : [[step, target] as const];
  });
  const targetOfStep = new Map(steps);
  const earlier = await findSteps({
    name: planner.name,
    dataFolder,
    definition,
    targetOfStep,
    tokensOf: planner.providers.tokensOf,
  });
  const { again = false, reuse = !again } = settings;
  const hasGlobals = Object.values(definition.steps).some(({ use }) => use === "global");
  // A global step may make something else of all rows than of some.
  const known = reuse && !hasGlobals ? earlier.rows : new Set<string>();
  const rows = spreadRows(first);
  let reused = 0;
  const opened = await openDryWalks(given, {
    dataset,
    dataFolder,
    ...defined({ providers: settings.providers }),
    onRow: (row) => {
      if (known.size > 0 && known.has(JSON.stringify(row))) reused += 1;
      else rows.add(row);
    },
  });
  try {
    const { failed, ...calls } = await walkPipeline({ opened, definition, rows: rows.picked });
    const walked: WalkedRows = {
      ...calls,
      walked: Math.max(1, rows.picked.length),
      rows: rows.count(),
      evidence: earlier.evidence,
      targetOfStep,
    };
    const warnings = [
      ...opened.warnings,
      ...walkWarnings({ walked, failed, definition, globals: opened.globals }),
    ];
    return await planRows(
      { unit: "row", walked, reused, targets: targetsOf(definition), warnings },
      planner,
    );
  } finally {
    await opened.close();
  }
}
