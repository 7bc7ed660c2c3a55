import type { ModelName, ModelStepBase, StepDefinition } from "../definition/definition.js";

/** Returns the model of a step and its fallbacks, in the order in which they are asked. */
export function modelsOf({ llm }: Pick<ModelStepBase, "llm">): readonly ModelName[] {
  return typeof llm === "string" ? [llm] : llm;
}

/** Splits `<api>/<model>`. The name of a model may contain slashes. */
export function modelOf(name: string): { readonly api: string; readonly modelName: string } {
  const slash = name.indexOf("/");
  return { api: name.slice(0, slash), modelName: name.slice(slash + 1) };
}

export type ModelStep = Extract<StepDefinition, ModelStepBase>;

export function isModelStep(step: StepDefinition): step is ModelStep {
  return "llm" in step;
}
