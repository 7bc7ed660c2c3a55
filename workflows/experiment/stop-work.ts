import { patched } from "@temporalio/workflow";
import type { PreparedExperiment } from "../../src/domain/experiment/experiment.js";
import { lookups } from "../activity-proxies.js";
import type { RunExperimentInput } from "../messages.js";

/**
 * Stops the rows of a run through its folder. A row's activity may last for minutes, and receives
 * its cancellation only after seconds.
 */
export async function stopRows(
  { pipeline }: Pick<RunExperimentInput, "pipeline">,
  prepared: PreparedExperiment | undefined,
): Promise<void> {
  if (!prepared || !pipeline || !patched("stop-rows")) return;
  await lookups().stopRows({ directory: prepared.directory });
}

export async function abortCalls(prepared: PreparedExperiment | undefined): Promise<void> {
  if (!prepared) return;
  await lookups().abortCalls({ directory: prepared.directory });
}
