import { defined } from "../../domain/defined.js";
import type { FunctionPool } from "../code/function-pool.js";
import type { PipelineDefinition } from "../definition/definition.js";
import type { StepEffects } from "./step-effects.js";

/**
 * Runs a user's function with the settings of its step. The function is the step's own, or its
 * router, filter or validator.
 *
 * @param readDuration parses a `time_limit` to ms
 */
export function functionRunner(
  { steps }: PipelineDefinition,
  functions: FunctionPool | undefined,
  readDuration: (text: string) => number | undefined,
): StepEffects["run"] {
  return async (use, row, { step }) => {
    if (!functions) throw new Error(`Expected the run to have the code of ${use}.`);
    const given = steps[step];
    const { parameters, time_limit: limit } = given ?? {};
    const limitMs = limit === undefined ? undefined : readDuration(limit);
    // A router or a validator of the step receives one row.
    const batch = given?.use === use ? given.batch : undefined;
    return functions.run(use, row, defined({ parameters, limitMs, batch }));
  };
}
