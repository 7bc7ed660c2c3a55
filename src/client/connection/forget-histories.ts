import type { ClosedRun } from "../../domain/experiment/histories.js";
import { isNotFound } from "./is-server-gone.js";
import type { Ostinato } from "./ostinato.js";

/** Deletes histories of closed runs; `kept` where the server is not ours to tidy. */
export type ForgetHistories = (input: {
  readonly runs: readonly ClosedRun[];
}) => Promise<"forgotten" | "kept">;

/** A server that others use too keeps what its retention says; the local one is a file that would grow. */
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
