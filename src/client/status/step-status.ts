import { noCount } from "../../domain/graph/step-counts.js";
import type { StepCount, StepCounts } from "../../domain/graph/step-counts.js";
import { isJsonObject } from "../../domain/json/json.js";
import { readKeptPipeline } from "../../storage/run/kept-pipeline.js";
import { readStepReports } from "../../storage/run/step-report.js";
import type { StepCalls } from "../../storage/run/step-report.js";

/** A step of a pipeline at one moment. */
export interface StepStatus extends StepCount, StepCalls {
  readonly name: string;
  /** A built-in step, or a user's function. */
  readonly use: string;
  /** `<api>/<model>` each, for a step that calls models. */
  readonly models?: readonly string[];
}

/**
 * The steps of a run's pipeline, in the order of their declaration.
 *
 * @param ended the exact counts of a finished run
 */
export async function stepStatuses(
  directory: string,
  ended: StepCounts | undefined,
): Promise<readonly StepStatus[]> {
  const { definition } = await readKeptPipeline(directory);
  const { counts, calls } = ended
    ? { counts: ended, calls: {} as Readonly<Record<string, StepCalls>> }
    : await readStepReports(directory, Date.now());
  const steps = definition["steps"];
  if (!isJsonObject(steps)) return [];
  return Object.entries(steps).map(([name, step]) => {
    const { use = "", llm } = isJsonObject(step) ? step : {};
    const models = (Array.isArray(llm) ? llm : [llm]).filter((each) => typeof each === "string");
    return {
      name,
      use: typeof use === "string" ? use : "",
      ...(models.length > 0 ? { models } : {}),
      ...(counts[name] ?? noCount),
      ...(calls[name] ?? { waiting: 0, inFlight: 0 }),
    };
  });
}
