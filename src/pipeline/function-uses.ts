import { readChains } from "./definition/chains.js";
import { isFunctionName } from "./definition/definition.js";
import type { PipelineDefinition, StepDefinition } from "./definition/definition.js";
import { isModelStep } from "./steps/models.js";

/** Returns every function of user code that a pipeline names (`./steps.ts#words`), each once. */
export function functionUses({ steps, edges }: PipelineDefinition): readonly string[] {
  const ofSteps = Object.values(steps).flatMap(namesIn);
  const ofRouters = [...readChains(edges).routers.values()].flatMap((router) =>
    router.kind === "own" ? [router.use] : [],
  );
  return [...new Set([...ofSteps, ...ofRouters])];
}

function namesIn(step: StepDefinition): readonly string[] {
  const names = [
    step.use,
    ...(step.use === "filter" ? [step.where] : []),
    ...(step.use === "global" ? [step.function] : []),
    ...(step.use === "load" && step.function !== undefined ? [step.function] : []),
    ...(isModelStep(step) && step.validate?.function !== undefined ? [step.validate.function] : []),
  ];
  return names.filter(isFunctionName);
}
