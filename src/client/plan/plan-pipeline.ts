import { defined } from "../../domain/defined.js";
import type { Environment } from "../../domain/environment.js";
import type { ExperimentPlan } from "../../domain/plan/plan.js";
import type { GivenPipeline, PipelineSettings } from "../pipeline/given-pipeline.js";
import { openDryWalks } from "../pipeline/open-dry-walks.js";
import { openPlanning } from "./rows/pipeline-planning.js";

export interface PipelinePlanOptions extends Omit<
  PipelineSettings,
  "window" | "sample" | "onPlan"
> {
  /** Environment variables. @default process.env */
  readonly env?: Environment;
}

/**
 * Estimates the calls, time and cost of a pipeline, step by step, by walking up to 50 of its rows,
 * or from its earlier runs. Runs the pipeline's functions, but sends nothing: answers are
 * placeholders. Throws a `UserError` for the same problems as `startPipeline`.
 */
export async function planPipeline(
  given: GivenPipeline,
  { env = process.env, dataset, ...settings }: PipelinePlanOptions = {},
): Promise<ExperimentPlan> {
  const { dataFolder, add, plan } = await openPlanning(given.definition, settings, env);
  const opened = await openDryWalks(given, {
    dataset,
    dataFolder,
    ...defined({ providers: settings.providers }),
    onRow: add,
  });
  try {
    return await plan(opened);
  } finally {
    await opened.close();
  }
}
