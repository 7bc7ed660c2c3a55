import { defined } from "../../../domain/defined.js";
import { writePipelineResult } from "../../completed/pipeline-result.js";
import type { DescribePipeline } from "../../completed/pipeline-result.js";
import { writeJsonAtomically } from "../../files/write-atomically.js";
import { pipelineCounts } from "./pipeline-counts.js";
import { runPaths } from "../run-folder.js";
import { findResult, findSegmentResult } from "../run-result.js";
import type { RunResult } from "../run-result.js";
import { segmentFolders } from "./segment-folder.js";

export interface FinishPipelineOptions {
  readonly cancelled: boolean;
  readonly now: () => Date;
  readonly describe: DescribePipeline;
  /** Called at short intervals during long writes. */
  readonly onProgress?: () => void;
}

/**
 * Writes the result of a pipeline with global steps, once its segments have ended or were
 * cancelled: the rows of its leaves, the card, and the sums of all segments. Safe to repeat.
 *
 * @param first state folder of the first segment
 */
export async function finishPipeline(
  first: string,
  { cancelled, now, describe, onProgress }: FinishPipelineOptions,
): Promise<RunResult> {
  const before = await findResult(first);
  if (before) return before;
  const results: RunResult[] = [];
  for (const folder of await segmentFolders(first)) {
    const ended = await findSegmentResult(folder);
    if (ended) results.push(ended);
  }
  const { counts: steps } = await pipelineCounts(first, now().getTime());
  const { completed = 0, failed = 0 } = results[0] ?? {};
  await writePipelineResult(first, {
    describe,
    ...defined({ onProgress }),
    counts: { completed, failed, cancelled, steps },
  });
  const result: RunResult = {
    completed: sum(results, "completed"),
    failed: sum(results, "failed"),
    repeatedCalls: sum(results, "repeatedCalls"),
    steps,
    finishedAt: now().getTime(),
  };
  await writeJsonAtomically(runPaths(first).result, result);
  return result;
}

function sum(results: readonly RunResult[], key: "completed" | "failed" | "repeatedCalls"): number {
  return results.reduce((total, result) => total + result[key], 0);
}
