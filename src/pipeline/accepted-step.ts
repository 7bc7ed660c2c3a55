/** The last step of a pipeline with a `target`: a filter that the accepted rows pass. */
import type { FilterStep, Graph } from "../domain/graph/graph.js";
import { leavesOf } from "../domain/graph/graph.js";
import type { TargetDefinition } from "./definition/definition.js";
import { conditionReads } from "./steps/graph-step.js";

export const acceptedName = "accepted";

/** Several leaves, and a step of that name, get no filter: `targetFaults` reports them. */
export function withAccepted(graph: Graph, { target, accept = "true" }: TargetDefinition): Graph {
  const [leaf, ...others] = leavesOf(graph);
  const isTaken = graph.steps.some(({ name }) => name === acceptedName);
  if (target === undefined || !leaf || others.length > 0 || isTaken) return graph;
  const step: FilterStep = {
    kind: "filter",
    name: acceptedName,
    where: accept,
    reads: conditionReads(accept),
  };
  return {
    ...graph,
    steps: [...graph.steps, step],
    edges: [...graph.edges, { from: leaf.name, to: acceptedName }],
  };
}
