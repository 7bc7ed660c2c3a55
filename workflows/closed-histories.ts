import { log, workflowInfo } from "@temporalio/workflow";
import type { ClosedRun } from "../src/domain/experiment/histories.js";
import { tidying } from "./activity-proxies.js";

/** Maximum number of runs that the next run deletes, so that its input stays small. */
const mostCarried = 100;

/** The closed histories that a workflow deletes on a local server. */
export class ClosedHistories {
  /** Earlier runs of this workflow whose histories are not deleted yet, latest first. */
  #earlierRuns: readonly ClosedRun[];
  #isDeleting = false;
  /** True if the server is not local and keeps all histories. */
  #serverKeepsAll = false;

  constructor(earlierRuns: readonly ClosedRun[]) {
    this.#earlierRuns = earlierRuns;
  }

  /** Earlier runs that the next run of this workflow must delete, latest first. */
  get earlierRuns(): readonly ClosedRun[] {
    return this.#earlierRuns.slice(0, mostCarried);
  }

  get isDeleting(): boolean {
    return this.#isDeleting;
  }

  /**
   * Deletes the histories of the earlier runs and of the runs `others`. Resolves to false if
   * `others` must be given again, because a deletion is under way or has failed. Never rejects.
   */
  async delete(others: readonly ClosedRun[] = []): Promise<boolean> {
    const runs = [...this.#earlierRuns, ...others];
    if (this.#serverKeepsAll || this.#isDeleting || runs.length === 0) return false;
    this.#isDeleting = true;
    const done = await forget(runs);
    this.#isDeleting = false;
    if (done === "failed") return false;
    this.#serverKeepsAll = done === "kept";
    this.#earlierRuns = [];
    return true;
  }
}

async function forget(runs: readonly ClosedRun[]): Promise<"forgotten" | "kept" | "failed"> {
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
