import { log, workflowInfo } from "@temporalio/workflow";
import type { ClosedRun } from "../src/domain/experiment/histories.js";
import { tidying } from "./activity-proxies.js";

/** Deletes histories on a local server. Never rejects, because nothing waits for it. */
export async function tidy(runs: readonly ClosedRun[]): Promise<"forgotten" | "kept" | "failed"> {
  try {
    return await tidying.forgetHistories.executeWithOptions(
      { summary: `delete ${runs.length} closed histories` },
      [{ runs }],
    );
  } catch (error) {
    log.info("closed histories could not be deleted", { error });
    return "failed";
  }
}

/** Returns the previous run of a workflow that continued as new. */
export function runBefore(): readonly ClosedRun[] {
  const { workflowId, continuedFromExecutionRunId: runId } = workflowInfo();
  return runId === undefined ? [] : [{ workflowId, runId }];
}
