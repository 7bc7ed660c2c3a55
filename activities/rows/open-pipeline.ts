import { WalkPlan } from "../../src/domain/graph/walk/walk-plan.js";
import type { Graph } from "../../src/domain/graph/graph.js";
import { graphOf } from "../../src/pipeline/graph-of.js";
import type { PipelineDefinition } from "../../src/pipeline/definition/definition.js";
import { readKeptPipeline } from "../../src/storage/run/kept-pipeline.js";

/** A run's pipeline, ready to walk rows. */
export interface OpenPipeline {
  readonly definition: PipelineDefinition;
  readonly graph: Graph;
  readonly plan: WalkPlan;
  readonly close: () => Promise<void>;
}

export async function openPipeline(directory: string): Promise<OpenPipeline> {
  const { definition: kept, columns, functions } = await readKeptPipeline(directory);
  // The start has checked it and written it in this shape.
  const definition = kept as unknown as PipelineDefinition;
  const graph = graphOf(
    definition,
    new Map(Object.entries(columns)),
    new Map(Object.entries(functions)),
  );
  return { definition, graph, plan: new WalkPlan(graph), close: async () => undefined };
}
