import type { Problem } from "../../domain/graph/check/problem.js";
import { UserError } from "../../domain/failure/user-error.js";
import { functionFacts } from "../../pipeline/code/load-pipeline-module.js";
import type { FunctionColumns } from "../../pipeline/steps/graph-step.js";
import type { GivenPipeline } from "./given-pipeline.js";

export interface FoundFunctions {
  /** Columns that the modules declare, by the function's `use`, e.g. `./steps.ts#words`. */
  readonly functions: ReadonlyMap<string, FunctionColumns>;
  /** Modules that cannot be loaded, and functions that do not exist. */
  readonly problems: readonly Problem[];
}

/**
 * Loads the modules of a pipeline in a separate thread and returns the columns of their functions.
 */
export async function functionColumns({
  definition,
  folder,
}: GivenPipeline): Promise<FoundFunctions> {
  const whole = await factsOf(definition, folder);
  if (!("message" in whole)) return { functions: whole, problems: [] };
  // One of the modules fails. Each step is loaded alone, so that each problem names its step.
  const functions = new Map<string, FunctionColumns>();
  const problems: Problem[] = [];
  for (const [step, given] of Object.entries(definition.steps)) {
    const own = await factsOf({ ...definition, steps: { [step]: given }, edges: [] }, folder);
    if ("message" in own) problems.push({ step, message: `The step "${step}": ${own.message}` });
    else for (const [use, columns] of own) functions.set(use, columns);
  }
  return { functions, problems: problems.length > 0 ? problems : [whole] };
}

async function factsOf(
  definition: GivenPipeline["definition"],
  folder: string,
): Promise<ReadonlyMap<string, FunctionColumns> | Problem> {
  try {
    return await functionFacts(definition, folder);
  } catch (error) {
    if (error instanceof UserError) return { message: error.message };
    throw error;
  }
}
