import { basename } from "node:path";

import type { StepCounts } from "../../domain/graph/step-counts.js";
import { defined } from "../../domain/defined.js";
import type { AcceptedRows } from "../../domain/experiment/experiment.js";
import { writeAtomically } from "../files/write-atomically.js";
import type { KeptPipeline } from "../run/pipeline/kept-pipeline.js";
import { readKeptPipeline } from "../run/pipeline/kept-pipeline.js";
import { runPaths } from "../run/run-folder.js";
import { writeLeaf } from "./write-leaf.js";
import type { LeafTable } from "./write-leaf.js";

/** The facts about a finished run of a pipeline. */
export interface PipelineFacts {
  readonly pipeline: KeptPipeline;
  /** Name of the run's file with the whole definition. */
  readonly definitionFile: string;
  /** Local time of the start. */
  readonly stamp: string;
  readonly completed: number;
  readonly failed: number;
  /** True if some rows were cancelled. */
  readonly cancelled: boolean;
  readonly steps: StepCounts;
  /** Set for a pipeline with a target. */
  readonly acceptedRows?: AcceptedRows;
  readonly leaves: readonly LeafTable[];
}

/** Texts about a finished pipeline, made by code that knows pipelines. */
export interface PipelineTexts {
  /** Dataset card, in Markdown. */
  readonly card: string;
  /** Resolved pipeline, in YAML. */
  readonly definition: string;
  /** Graph as a mermaid flowchart. */
  readonly drawing: string;
}

export interface DescribePipeline {
  /** Returns the columns of the rows after each step. */
  readonly columnsOf: (pipeline: KeptPipeline) => ReadonlyMap<string, readonly string[]>;
  readonly textsOf: (facts: PipelineFacts) => PipelineTexts;
}

export interface WriteResultOptions {
  readonly counts: Pick<
    PipelineFacts,
    "completed" | "failed" | "cancelled" | "steps" | "acceptedRows"
  >;
  /** Describes the pipeline. If absent, there is no card, and only columns with a row are known. */
  readonly describe?: DescribePipeline;
  /** Called at short intervals. */
  readonly onProgress?: () => void;
}

/**
 * Writes the files of a pipeline's result from its completed file: the rows of each leaf, the
 * dataset card, the definition and the drawing. Safe to repeat.
 */
export async function writePipelineResult(
  directory: string,
  { counts, describe, onProgress }: WriteResultOptions,
): Promise<void> {
  const pipeline = await readKeptPipeline(directory);
  const paths = runPaths(directory);
  const columns = describe?.columnsOf(pipeline);
  const leaves: LeafTable[] = [];
  for (const leaf of pipeline.leaves) {
    leaves.push(
      await writeLeaf(directory, leaf, {
        columns: columns?.get(leaf) ?? [],
        onProgress,
        ...defined({ most: counts.acceptedRows?.wanted }),
      }),
    );
  }
  const texts = describe?.textsOf({
    ...counts,
    pipeline,
    definitionFile: basename(paths.pipelineYaml),
    stamp: paths.stamp,
    leaves,
  });
  if (!texts) return;
  await writeAtomically(paths.pipelineYaml, texts.definition, directory);
  await writeAtomically(paths.pipelineDrawing, texts.drawing, directory);
  await writeAtomically(paths.card, texts.card, directory);
}
