import type { Client } from "@temporalio/client";
import { WorkflowNotFoundError } from "../connection/temporal.js";

/** Terminates a workflow, unless it has already ended. */
export async function terminateIfOpen(client: Client, id: string, reason: string): Promise<void> {
  try {
    await client.workflow.getHandle(id).terminate(reason);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
