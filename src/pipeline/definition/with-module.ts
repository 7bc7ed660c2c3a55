import type { FunctionName, PipelineDefinition, StepDefinition } from "./definition.js";

/**
 * Returns the definition of a pipeline in code, with the module added to the names of its
 * functions, which are `#words` before.
 */
export function withModule(definition: PipelineDefinition, file: string): PipelineDefinition {
  const steps = Object.entries(definition.steps).map(([name, step]) => [
    name,
    ofModule(step, file),
  ]);
  return {
    ...definition,
    // The kinds of the steps do not change.
    steps: Object.fromEntries(steps) as PipelineDefinition["steps"],
    edges: definition.edges.map((text) => text.replaceAll("route(#", `route(${file}#`)),
  };
}

function ofModule(step: StepDefinition, file: string): StepDefinition {
  const full = (text: string): string => (text.startsWith("#") ? `${file}${text}` : text);
  if (step.use === "filter") return { ...step, where: full(step.where) };
  if (step.use === "load") {
    return step.function === undefined
      ? step
      : // A `#` in front stays in the name.
        { ...step, function: full(step.function) as FunctionName };
  }
  const key = step.use === "global" ? "function" : "use";
  const name = step.use === "global" ? step.function : step.use;
  // The result is a name of a function again, and no other `use` begins with "#".
  return { ...step, [key]: full(name) };
}
