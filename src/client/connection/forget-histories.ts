import type { ClosedRun } from "../../domain/experiment/histories.js";
import { isNotFound } from "./is-server-gone.js";
import type { Ostinato } from "./ostinato.js";

/** Deletes histories of closed runs. Returns `kept` if the server is not the local one. */
export type ForgetHistories = (input: {
  readonly runs: readonly ClosedRun[];
}) => Promise<"forgotten" | "kept">;

/**
 * A shared server keeps histories for its retention period. The local one is a file that would
 * grow.
 */
export function createForgetHistories({
  client,
  local,
}: Pick<Ostinato, "client" | "local">): ForgetHistories {
  return async ({ runs }) => {
    if (!local) return "kept";
    for (const workflowExecution of runs) {
      await client.workflowService
        .deleteWorkflowExecution({ namespace: client.options.namespace, workflowExecution })
        .catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
    }
    return "forgotten";
  };
}
