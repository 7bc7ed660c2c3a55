import { WalkPlan } from "../../src/domain/graph/walk/walk-plan.js";
import type { Graph } from "../../src/domain/graph/graph.js";
import { defined } from "../../src/domain/defined.js";
import { openFunctions } from "../../src/pipeline/code/function-pool.js";
import type { FunctionPool } from "../../src/pipeline/code/function-pool.js";
import { functionUses } from "../../src/pipeline/function-uses.js";
import { graphOf } from "../../src/pipeline/graph-of.js";
import type { PipelineDefinition } from "../../src/pipeline/definition/definition.js";
import { openReuseIndex } from "../../src/storage/reuse/reuse-index.js";
import type { ReuseIndex } from "../../src/storage/reuse/reuse-index.js";
import { writerName } from "../../src/storage/log/log-files.js";
import { writeStepReport } from "../../src/storage/run/step-report.js";
import { readKeptPipeline } from "../../src/storage/run/kept-pipeline.js";
import { StepBoard } from "./step-board.js";

/** A run's pipeline, ready to walk rows. */
export interface OpenPipeline {
  readonly definition: PipelineDefinition;
  readonly graph: Graph;
  readonly plan: WalkPlan;
  /** The user's functions; none if the pipeline names none. */
  readonly functions?: FunctionPool;
  /** The answers of earlier runs; none if the run reuses none. */
  readonly reuse?: ReuseIndex;
  readonly board: StepBoard;
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
  const pool = functionUses(definition).length > 0 ? await openFunctions(directory) : undefined;
  const name = writerName();
  const board = new StepBoard(async (report) => writeStepReport(directory, name, report));
  const reuse = await openReuseIndex(directory);
  return {
    ...{ definition, graph, plan: new WalkPlan(graph) },
    ...defined({ functions: pool, reuse }),
    board,
    close: async () => {
      await Promise.all([pool?.end(), reuse?.close(), board.close()]);
    },
  };
}
