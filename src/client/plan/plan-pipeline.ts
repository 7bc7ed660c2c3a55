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
  /** @default that of this process */
  readonly env?: Environment;
}

/**
 * Estimates what a pipeline sends, takes and costs, step by step, from the walks of up to 50 of its
 * rows, or from its earlier runs. Sends nothing: placeholders stand for the answers. Runs the
 * pipeline's own functions. Throws a `UserError` for what `startPipeline` refuses too.
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
