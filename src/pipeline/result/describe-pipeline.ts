import { checkGraph } from "../../domain/graph/check/check-graph.js";
import { drawGraph } from "../../domain/graph/draw.js";
import type { Graph } from "../../domain/graph/graph.js";
import type { StepCount, StepCounts } from "../../domain/graph/step-counts.js";
import type {
  DescribePipeline,
  PipelineFacts,
  PipelineTexts,
} from "../../storage/completed/pipeline-result.js";
import type { KeptPipeline } from "../../storage/run/kept-pipeline.js";
import type { PipelineDefinition } from "../definition/definition.js";
import { dumpPipeline } from "../definition/definition-text.js";
import { graphOf } from "../graph-of.js";
import { datasetCard } from "./card.js";

/** Describes the result of a pipeline: the columns of its leaves, and the texts beside its rows. */
export const describePipeline: DescribePipeline = {
  columnsOf: (pipeline) => checkGraph(keptGraph(pipeline)).columns,
  textsOf,
};

function textsOf({ pipeline, ...facts }: PipelineFacts): PipelineTexts {
  const definition = definitionOf(pipeline);
  const graph = keptGraph(pipeline);
  const { columns } = checkGraph(graph);
  const drawing = drawGraph(graph, { columns, notes: notesOf(facts.steps) });
  return {
    card: datasetCard({ ...facts, definition, graph, drawing }),
    definition: dumpPipeline(definition),
    drawing,
  };
}

function definitionOf({ definition }: KeptPipeline): PipelineDefinition {
  // The start has checked it and written it in this shape.
  return definition as unknown as PipelineDefinition;
}

function keptGraph(pipeline: KeptPipeline): Graph {
  return graphOf(
    definitionOf(pipeline),
    new Map(Object.entries(pipeline.columns)),
    new Map(Object.entries(pipeline.functions)),
  );
}

function notesOf(counts: StepCounts): ReadonlyMap<string, string> {
  return new Map(Object.entries(counts).map(([step, count]) => [step, noteOf(count)]));
}

function noteOf({ done, failed, dropped }: StepCount): string {
  const others = [
    [failed, "failed"],
    [dropped, "dropped"],
  ] as const;
  const some = others.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return [`${done} done`, ...some].join(", ");
}
