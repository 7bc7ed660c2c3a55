import type { Graph } from "../domain/graph/graph.js";
import { segmentsOf } from "../domain/graph/segments.js";
import { sourcesOf } from "../domain/graph/walk/source-rows.js";
import { leavesOf } from "../domain/graph/graph.js";
import type { KeptPipeline, KeptSegment } from "../storage/run/pipeline/kept-pipeline.js";
import type { PipelineDefinition } from "./definition/definition.js";
import { graphOf } from "./graph-of.js";

/** Returns the definition of a run. */
export function keptDefinition({
  definition,
}: Pick<KeptPipeline, "definition">): PipelineDefinition {
  // The start has checked the definition and written it in this shape.
  return definition as unknown as PipelineDefinition;
}

/** Returns the whole graph of a run. */
export function keptGraph(pipeline: KeptPipeline): Graph {
  return graphOf(
    keptDefinition(pipeline),
    new Map(Object.entries(pipeline.columns)),
    new Map(Object.entries(pipeline.functions)),
  );
}

/** Returns the segments of a graph as its run stores them; `undefined` without global steps. */
export function keptSegments(graph: Graph): readonly KeptSegment[] | undefined {
  if (graph.steps.every(({ kind }) => kind !== "global")) return undefined;
  return segmentsOf(graph).map((segment, index) => ({
    sources: index === 0 ? [] : sourcesOf(segment.graph),
    leaves: leavesOf(segment.graph).map(({ name }) => name),
    globals: segment.globals.map(({ name }) => name),
  }));
}
