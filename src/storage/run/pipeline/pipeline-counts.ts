import { sumOfCounts } from "../../../domain/graph/step-counts.js";
import type { StepCounts } from "../../../domain/graph/step-counts.js";
import { countOfGlobal, findGlobalCounts } from "./global-rows.js";
import { readKeptPipeline } from "./kept-pipeline.js";
import { findSegmentResult } from "../run-result.js";
import { firstSegment, segmentFolders } from "./segment-folder.js";
import { readStepReports } from "./step-report.js";
import type { StepCalls } from "./step-report.js";

export interface PipelineCounts {
  readonly counts: StepCounts;
  /** Current calls of each step. */
  readonly calls: Readonly<Record<string, StepCalls>>;
}

/**
 * Returns the counts of a run's steps in all of its segments. The counts of ended segments are
 * exact. The counts of the running segment come from its processes.
 *
 * @param directory state folder of the run, or of one of its segments
 */
export async function pipelineCounts(directory: string, nowMs: number): Promise<PipelineCounts> {
  const first = firstSegment(directory);
  const reports: PipelineCounts[] = [];
  for (const folder of await segmentFolders(first)) {
    const counts = (await findSegmentResult(folder))?.steps;
    reports.push(counts ? { counts, calls: {} } : await readStepReports(folder, nowMs));
  }
  const globals = await globalCounts(first);
  return {
    // The rows after a global step are also counted as the rows with which the next segment starts.
    counts: { ...sumOfCounts(reports.map(({ counts }) => counts)), ...globals },
    calls: Object.assign({}, ...reports.map(({ calls }) => calls)) as PipelineCounts["calls"],
  };
}

async function globalCounts(first: string): Promise<StepCounts> {
  const { segments = [] } = await readKeptPipeline(first);
  const counts: Record<string, StepCounts[string]> = {};
  for (const step of segments.flatMap(({ globals }) => globals)) {
    const found = await findGlobalCounts(first, step);
    if (found) counts[step] = countOfGlobal(found);
  }
  return counts;
}
