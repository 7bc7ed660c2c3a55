import type { Client } from "@temporalio/client";
import type { FoundExperiment } from "../status/find-experiment.js";
import { idPrefixOf } from "../status/stage-status.js";
import { terminateIfOpen } from "./terminate-if-open.js";

/**
 * Ends an experiment whose folder is missing, with its groups and pages. All of these workflows are
 * terminated, because their activities would wait for the folder forever. Needs no worker.
 */
export async function endWithoutFolder(
  client: Client,
  { workflowId, memo }: FoundExperiment,
  directory: string,
): Promise<void> {
  const reason = `Cancelled while its folder was missing, so no files were written: ${directory}`;
  await terminateIfOpen(client, workflowId, reason);
  const below = idPrefixOf(workflowId, memo);
  if (below === undefined) return;
  const query = `WorkflowId STARTS_WITH '${below}' AND ExecutionStatus = 'Running'`;
  for await (const execution of client.workflow.list({ query })) {
    await terminateIfOpen(client, execution.workflowId, reason);
  }
}
