import type { Client } from "@temporalio/client";
import { describeQuery } from "../../../workflows/messages.js";
import { isServerUnreachable } from "../connection/is-server-gone.js";

const deadlineMs = 2_000;

/**
 * True if a worker answers a query of the experiment or watch within 2 s. Throws if the server
 * cannot be reached.
 */
export async function workerAnswers(client: Client, workflowId: string): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + deadlineMs, () =>
      client.workflow.getHandle(workflowId).query(describeQuery),
    );
    return true;
  } catch (error) {
    if (isServerUnreachable(error)) throw error;
    return false;
  }
}
