import type { Problem } from "../../domain/graph/check/problem.js";
import { UserError } from "../../domain/failure/user-error.js";
import { functionFacts } from "../../pipeline/code/load-pipeline-module.js";
import type { FunctionColumns } from "../../pipeline/steps/graph-step.js";
import type { GivenPipeline } from "./given-pipeline.js";

export interface FoundFunctions {
  /** By `./steps.ts#words`: the columns that the module declares. */
  readonly functions: ReadonlyMap<string, FunctionColumns>;
  /** Modules that can't be loaded, and functions that are not there. */
  readonly problems: readonly Problem[];
}

/** Loads the user's modules of a pipeline in a thread of their own. */
export async function functionColumns({
  definition,
  folder,
}: GivenPipeline): Promise<FoundFunctions> {
  const whole = await factsOf(definition, folder);
  if (!("message" in whole)) return { functions: whole, problems: [] };
  // One of the modules fails: each step is asked by itself, so that all faults have their step.
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
