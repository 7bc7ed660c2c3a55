import { countText } from "../../domain/count-text.js";
import { defined } from "../../domain/defined.js";
import { checkGraph } from "../../domain/graph/check/check-graph.js";
import { drawGraph } from "../../domain/graph/draw.js";
import type { StepCount, StepCounts } from "../../domain/graph/step-counts.js";
import type {
  DescribePipeline,
  PipelineFacts,
  PipelineTexts,
} from "../../storage/completed/pipeline-result.js";
import { dumpPipeline } from "../definition/definition-text.js";
import { keptDefinition, keptGraph } from "../kept-graph.js";
import { datasetCard } from "./card.js";

/**
 * Describes the result of a pipeline: the columns of its leaves, and the texts that belong to its
 * rows.
 */
export const describePipeline: DescribePipeline = {
  columnsOf: (pipeline) => checkGraph(keptGraph(pipeline)).columns,
  textsOf,
};

function textsOf({ pipeline, ...facts }: PipelineFacts): PipelineTexts {
  const definition = keptDefinition(pipeline);
  const graph = keptGraph(pipeline);
  const { columns } = checkGraph(graph);
  const drawing = drawGraph(graph, { columns, notes: notesOf(facts.steps) });
  return {
    card: datasetCard({
      ...facts,
      definition,
      graph,
      drawing,
      ...defined({ dataset: pipeline.dataset }),
    }),
    definition: dumpPipeline(definition),
    drawing,
  };
}

function notesOf(counts: StepCounts): ReadonlyMap<string, string> {
  return new Map(Object.entries(counts).map(([step, count]) => [step, noteOf(count)]));
}

function noteOf({ done, failed, dropped }: StepCount): string {
  const others = [
    [failed, "failed"],
    [dropped, "dropped"],
  ] as const;
  const some = others
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${countText(count)} ${word}`);
  return [`${countText(done)} done`, ...some].join(", ");
}
