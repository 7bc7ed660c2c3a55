/** The last step of a pipeline with a `target`: a filter that only the accepted rows pass. */
import type { FilterStep, Graph } from "../domain/graph/graph.js";
import { leavesOf } from "../domain/graph/graph.js";
import type { TargetDefinition } from "./definition/definition.js";
import { conditionReads } from "./steps/graph-step.js";

export const acceptedName = "accepted";

/**
 * Adds the filter of a target to a graph. Does nothing for a graph with several leaves or with a
 * step of that name; `targetFaults` reports these.
 */
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
