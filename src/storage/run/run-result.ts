import type { StepCounts } from "../../domain/graph/step-counts.js";
import type { AcceptedRows, Counts } from "../../domain/experiment/experiment.js";
import type { Spending } from "../../domain/money/spending.js";
import { readJson } from "../files/read-json.js";
import { runPaths } from "./run-folder.js";

/** Content of `result.json`: the result of a run. */
export interface RunResult extends Counts {
  /**
   * Number of calls that were paid for twice because a process died between an answer and its sync
   * to disk.
   */
  readonly repeatedCalls: number;
  /** Spending on all calls of the run. Absent in runs of earlier versions. */
  readonly spending?: Spending;
  /** Counts of the steps. Set for a pipeline. */
  readonly steps?: StepCounts;
  /** Counts of accepted rows. Set for a pipeline with a target. */
  readonly acceptedRows?: AcceptedRows;
  readonly finishedAt: number;
}

/** Returns the result of a run, or `undefined` if it has not finished. */
export async function findResult(directory: string): Promise<RunResult | undefined> {
  // The file is ours: only `finishRun` and `finishPipeline` write it.
  return (await readJson(runPaths(directory).result)) as RunResult | undefined;
}

/**
 * Returns the result of a run, or of one segment of a pipeline with global steps; `undefined` if it
 * has not finished. `findResult` returns the result of such a whole pipeline, once it has ended.
 */
export async function findSegmentResult(directory: string): Promise<RunResult | undefined> {
  const { segmentResult } = runPaths(directory);
  // The file is ours: only `finishRun` writes it.
  const own = (await readJson(segmentResult)) as RunResult | undefined;
  return own ?? findResult(directory);
}
