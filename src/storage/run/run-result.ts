import type { StepCounts } from "../../domain/graph/step-counts.js";
import type { AcceptedRows, Counts } from "../../domain/experiment/experiment.js";
import type { Spending } from "../../domain/money/spending.js";
import { readJson } from "../files/read-json.js";
import { runPaths } from "./run-folder.js";

/** `result.json`: the result of a run. */
export interface RunResult extends Counts {
  /**
   * Calls that were paid for twice because a process died between an answer and its sync to disk.
   */
  readonly repeatedCalls: number;
  /** The spending on all of its calls. Absent in runs of earlier versions. */
  readonly spending?: Spending;
  /** Set for a pipeline. */
  readonly steps?: StepCounts;
  /** Set for a pipeline with a target. */
  readonly acceptedRows?: AcceptedRows;
  readonly finishedAt: number;
}

/** The result of a run, or `undefined` if it has not finished. */
export async function findResult(directory: string): Promise<RunResult | undefined> {
  // Only finishRun and finishPipeline write it.
  return (await readJson(runPaths(directory).result)) as RunResult | undefined;
}

/**
 * The result of a run, or of one segment of a pipeline with global steps; `undefined` if it has not
 * finished. `findResult` gives the whole of such a pipeline, once it has ended.
 */
export async function findSegmentResult(directory: string): Promise<RunResult | undefined> {
  const { segmentResult } = runPaths(directory);
  // Only finishRun writes it.
  const own = (await readJson(segmentResult)) as RunResult | undefined;
  return own ?? findResult(directory);
}
