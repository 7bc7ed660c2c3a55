import type { StepCounts } from "../../domain/graph/step-counts.js";
import type { Counts } from "../../domain/experiment/experiment.js";
import { readJson } from "../files/read-json.js";
import { runPaths } from "./run-folder.js";

/** `result.json`: the result of a run. */
export interface RunResult extends Counts {
  /**
   * Calls that were paid for twice because a process died between an answer and its sync to disk.
   */
  readonly repeatedCalls: number;
  /** Set for a pipeline. */
  readonly steps?: StepCounts;
  readonly finishedAt: number;
}

/** The result of a run, or `undefined` if it has not finished. */
export async function findResult(directory: string): Promise<RunResult | undefined> {
  // Only finishRun writes it.
  return (await readJson(runPaths(directory).result)) as RunResult | undefined;
}
