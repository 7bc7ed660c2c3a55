import type { Client } from "@temporalio/client";
import { discardInput } from "../start/discard-input.js";
import type { FoundExperiment } from "../status/find-experiment.js";
import { terminateIfOpen } from "./terminate-if-open.js";
import type { RunExperimentInput } from "../../../workflows/messages.js";

/**
 * Ends an experiment whose preparation fails again and again, which would outlast a cancel. An input
 * that was moved here comes back. Needs no worker.
 *
 * @param problem last failure of the preparation
 */
export async function endUnprepared(
  client: Client,
  { workflowId, memo }: FoundExperiment,
  problem: string,
): Promise<void> {
  const given = memo.directory === undefined ? await inputOf(client, workflowId) : undefined;
  await terminateIfOpen(
    client,
    workflowId,
    `Cancelled before it was prepared. Its preparation failed: ${problem}`,
  );
  if (given) await discardInput(given);
}

/** The input that an experiment was started with. */
async function inputOf(
  { workflowService, options }: Client,
  workflowId: string,
): Promise<RunExperimentInput | undefined> {
  const { history } = await workflowService.getWorkflowExecutionHistory({
    namespace: options.namespace,
    execution: { workflowId },
    maximumPageSize: 1,
  });
  const [payload] =
    history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  // Only our starts write it.
  return (
    payload && options.loadedDataConverter.payloadConverter.fromPayload<RunExperimentInput>(payload)
  );
}
