import { WorkflowNotFoundError } from "../connection/temporal.js";
import type { Client } from "@temporalio/client";

/** Returns the workflow ids that are not running or not known to the server. */
export type FindEnded = (ids: readonly string[]) => Promise<string[]>;

export function createFindEnded(client: Client): FindEnded {
  const hasEnded = async (id: string): Promise<boolean> => {
    try {
      const description = await client.workflow.getHandle(id).describe();
      return description.status.name !== "RUNNING" && description.status.name !== "PAUSED";
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return true;
      throw error;
    }
  };
  return async (ids) => {
    const ended = await Promise.all(ids.map(hasEnded));
    return ids.filter((_, index) => ended[index]);
  };
}
