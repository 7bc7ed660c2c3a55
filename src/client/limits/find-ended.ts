import { WorkflowNotFoundError } from "../connection/temporal.js";
import type { Client } from "@temporalio/client";

/** Of these workflow ids, those that run no more, or that the server doesn't know. */
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
