import { WalkPlan } from "../../src/domain/graph/walk/walk-plan.js";
import type { Graph } from "../../src/domain/graph/graph.js";
import { segmentsOf } from "../../src/domain/graph/segments.js";
import { defined } from "../../src/domain/defined.js";
import { openFunctions } from "../../src/pipeline/code/function-pool.js";
import type { FunctionPool } from "../../src/pipeline/code/function-pool.js";
import { functionUses } from "../../src/pipeline/function-uses.js";
import { keptDefinition, keptGraph } from "../../src/pipeline/kept-graph.js";
import type { PipelineDefinition } from "../../src/pipeline/definition/definition.js";
import { openReuseIndex } from "../../src/storage/reuse/reuse-index.js";
import type { ReuseIndex } from "../../src/storage/reuse/reuse-index.js";
import { BlockRoutes } from "../../src/storage/run/pipeline/block-routes.js";
import { writerName } from "../../src/storage/log/log-files.js";
import { writeStepReport } from "../../src/storage/run/pipeline/step-report.js";
import { readKeptPipeline } from "../../src/storage/run/pipeline/kept-pipeline.js";
import { segmentNumber } from "../../src/storage/run/pipeline/segment-folder.js";
import { RowStarts } from "./row-starts.js";
import { StepBoard } from "./step-board.js";

/** A run's pipeline, ready to walk rows. */
export interface OpenPipeline {
  readonly definition: PipelineDefinition;
  /** Graph for the rows of this run. With global steps, it is one segment of the pipeline. */
  readonly graph: Graph;
  readonly plan: WalkPlan;
  /** The user's functions; absent if the pipeline names none. */
  readonly functions?: FunctionPool;
  /** Answers of earlier runs; absent if the run reuses none. */
  readonly reuse?: ReuseIndex;
  readonly board: StepBoard;
  readonly starts: RowStarts;
  /** Routes of blocks of rows, for routers of the user with `per`. */
  readonly blockRoutes: BlockRoutes;
  readonly close: () => Promise<void>;
}

export async function openPipeline(directory: string): Promise<OpenPipeline> {
  const kept = await readKeptPipeline(directory);
  const definition = keptDefinition(kept);
  const whole = keptGraph(kept);
  const graph = kept.segments ? segmentAt(whole, directory) : whole;
  const pool = functionUses(definition).length > 0 ? await openFunctions(directory) : undefined;
  const name = writerName();
  const board = new StepBoard(async (report) => writeStepReport(directory, name, report));
  const reuse = await openReuseIndex(directory);
  return {
    definition,
    graph,
    plan: new WalkPlan(graph),
    ...defined({ functions: pool, reuse }),
    board,
    starts: new RowStarts(),
    blockRoutes: new BlockRoutes(directory),
    close: async () => {
      await Promise.all([pool?.end(), reuse?.close(), board.close()]);
    },
  };
}

/** Returns the part of the graph through which the rows of a segment's run walk. */
function segmentAt(graph: Graph, directory: string): Graph {
  const segment = segmentsOf(graph)[segmentNumber(directory)];
  if (!segment) throw new Error(`Expected a segment of "${graph.name}" at ${directory}.`);
  return segment.graph;
}
