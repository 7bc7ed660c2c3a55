/** Compares a pipeline with the pipeline of an earlier run whose answers a new run reuses. */
import { stepsBehind } from "../../../domain/graph/steps-behind.js";
import { canonicalJson } from "../../../domain/json/canonical-json.js";
import { parseJsonText } from "../../../domain/json/json-text.js";
import { readChains } from "../../../pipeline/definition/chains.js";
import type {
  PipelineDefinition,
  StepDefinition,
} from "../../../pipeline/definition/definition.js";
import { isModelStep } from "../../../pipeline/steps/models.js";

type StepsAndEdges = Pick<PipelineDefinition, "steps" | "edges">;

/**
 * Returns the steps that ask models again for a row that an earlier run has completed: new and
 * changed steps, steps with `reuse: false`, and all steps after one of these.
 *
 * @param before definition of the earlier run
 */
export function stepsAskedAgain(
  before: StepsAndEdges,
  now: PipelineDefinition,
): ReadonlySet<string> {
  const { edges } = readChains(now.edges);
  const ways = [waysInto(before), waysInto(now)] as const;
  const changed = Object.entries(now.steps).flatMap(([name, step]) => {
    const earlier = before.steps[name];
    const isEqual = earlier !== undefined && textOf(earlier) === textOf(step);
    const isSame = isEqual && ways[0](name) === ways[1](name);
    return isSame && step.reuse !== false ? [] : [name];
  });
  const asked = [...changed, ...stepsBehind(edges, changed)];
  return new Set(
    asked.filter((name) => {
      const step = now.steps[name];
      return step !== undefined && isModelStep(step);
    }),
  );
}

/** Describes how rows reach a step: its predecessors in order, with the routers that choose it. */
function waysInto({ edges: texts }: StepsAndEdges): (step: string) => string {
  const { edges, routers } = readChains(texts);
  return (step) =>
    JSON.stringify(
      edges
        .filter(({ to }) => to === step)
        .map(({ from }) => {
          const router = routers.get(from);
          const others = edges.filter((edge) => edge.from === from).map(({ to }) => to);
          return router ? [from, router, others] : [from];
        }),
    );
}

/**
 * Returns the text for comparing a step. A source's rows are compared separately, so their origin
 * does not matter.
 */
function textOf(step: StepDefinition): string {
  const { inputs, outputs } = step;
  const isSource = step.use === "load" || step.use === "sample";
  const told = isSource ? { inputs, outputs } : step;
  return canonicalJson(parseJsonText(JSON.stringify(told)));
}
