import type { RoleFlow } from "../../domain/flow/flow.js";
import { noCount } from "../../domain/graph/step-counts.js";
import type { StepCount, StepCounts } from "../../domain/graph/step-counts.js";
import type { Spending } from "../../domain/money/spending.js";
import type { Hold } from "../../domain/progress/hold.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import { hasFlow, readKeptFlow } from "../../storage/run/kept-flow.js";
import { readKeptPipeline } from "../../storage/run/pipeline/kept-pipeline.js";
import { pipelineCounts } from "../../storage/run/pipeline/pipeline-counts.js";
import type { PipelineCounts } from "../../storage/run/pipeline/pipeline-counts.js";
import { readStepReports } from "../../storage/run/pipeline/step-report.js";
import type { StepCalls } from "../../storage/run/pipeline/step-report.js";

/** A step of a pipeline at one moment. */
export interface StepStatus extends StepCount, StepCalls {
  readonly name: string;
  /** A built-in step, or a user's function. */
  readonly use: string;
  /** `<api>/<model>` each, for a step that calls models. */
  readonly models?: readonly string[];
  /** Calls of the last minute of these models; steps with the same model share them. */
  readonly perMinute?: number;
  /** Maximum number of these. */
  readonly requestsPerMinute?: number;
  /** The reason why its calls do not go faster. */
  readonly heldBy?: Hold;
  /** The spending on its calls. Absent if none costs anything. */
  readonly spending?: Spending;
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
  const isFlow = await hasFlow(directory);
  const steps = isFlow ? await nodesOf(directory) : await stepsOfPipeline(directory);
  const seen = isFlow ? await readStepReports(directory, Date.now()) : undefined;
  const { counts, calls }: PipelineCounts = ended
    ? { counts: ended, calls: {} }
    : (seen ?? (await pipelineCounts(directory, Date.now())));
  return steps.map((step) => ({
    ...withAsked(step, seen?.models?.[step.name]),
    ...(counts[step.name] ?? noCount),
    ...(calls[step.name] ?? { waiting: 0, inFlight: 0 }),
  }));
}

/** The code of a flow does not tell which models it asks before it does. */
function withAsked(step: StepFacts, asked: readonly string[] = []): StepFacts {
  const models = new Set([...(step.models ?? []), ...asked]);
  return models.size === 0 ? step : { ...step, models: [...models] };
}

type StepFacts = Pick<StepStatus, "name" | "use" | "models">;

async function stepsOfPipeline(directory: string): Promise<readonly StepFacts[]> {
  const { definition, leaves } = await readKeptPipeline(directory);
  const steps = definition["steps"];
  if (!isJsonObject(steps)) return [];
  // A pipeline with a target has a leaf besides its own steps: the filter of the accepted rows.
  const added = leaves.filter((leaf) => !Object.hasOwn(steps, leaf));
  const filters = added.map((leaf): [string, JsonObject] => [leaf, { use: "filter" }]);
  return [...Object.entries(steps), ...filters].map(([name, step]) => {
    const { use = "", llm } = isJsonObject(step) ? step : {};
    const models = (Array.isArray(llm) ? llm : [llm]).filter((each) => typeof each === "string");
    return {
      name,
      use: typeof use === "string" ? use : "",
      ...(models.length > 0 && { models }),
    };
  });
}

/** The nodes of a flow that run for each line. A flow that is code is one of them itself. */
async function nodesOf(directory: string): Promise<readonly StepFacts[]> {
  const { flow } = await readKeptFlow(directory);
  if (flow.kind !== "chat") return nodesOfFlow(flow);
  return flow.roles.flatMap(({ role, flow: own }) =>
    nodesOfFlow(own).map((node) => ({ ...node, name: `${role}.${node.name}` })),
  );
}

function nodesOfFlow(flow: RoleFlow): readonly StepFacts[] {
  if (flow.kind === "code") return [{ name: flow.name, use: flow.code.file }];
  return flow.nodes
    .filter(({ aggregation = false }) => !aggregation)
    .map((node) => ({
      name: node.name,
      use: node.kind === "code" ? node.code.file : node.kind,
      ...(node.kind === "llm" && { models: [node.llm] }),
    }));
}
