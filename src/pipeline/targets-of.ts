import type { PipelineDefinition } from "./definition/definition.js";
import { isModelStep, modelsOf } from "./steps/models.js";

/**
 * Returns every `<api>/<model>` that a pipeline may ask, including fallbacks, each once in the
 * order of declaration.
 */
export function targetsOf({ steps }: PipelineDefinition): readonly string[] {
  const models = Object.values(steps).flatMap((step) => (isModelStep(step) ? modelsOf(step) : []));
  return [...new Set(models)];
}
