import type { Client } from "@temporalio/client";
import { msToTs } from "@temporalio/common/lib/time.js";
import { setTimeout as sleep } from "node:timers/promises";
import { workflowTypes } from "../../../workflows/messages.js";
import { registerSearchAttributes } from "../start/search-attributes.js";

const retention = "30 days";
const readyTimeoutMs = 15_000;
const pollMs = 50;

/**
 * Sets the retention of a new local server's namespace. Otherwise the server would delete finished
 * workflows after 24 h, and no flag of the server changes that.
 */
export async function prepareNamespace(client: Client): Promise<void> {
  const { namespace } = client.options;
  const end = Date.now() + readyTimeoutMs;
  await retryUntil(end, () =>
    client.withDeadline(end, () =>
      client.workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl: msToTs(retention) },
      }),
    ),
  );
  await registerSearchAttributes(client);
}

/** True if experiments or watches are running, in which case the server must not be replaced. */
export async function hasOpenExperiments(client: Client): Promise<boolean> {
  const types = `'${workflowTypes.experiment}', '${workflowTypes.watch}'`;
  const query = `WorkflowType IN (${types}) AND ExecutionStatus = 'Running'`;
  const end = Date.now() + readyTimeoutMs;
  const { count } = await retryUntil(end, () =>
    client.withDeadline(end, () => client.workflow.count(query)),
  );
  return count > 0;
}

/**
 * Repeats a call until it succeeds. The port accepts connections a moment before the namespace
 * exists.
 */
async function retryUntil<T>(end: number, call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (Date.now() >= end) throw error;
      await sleep(pollMs);
    }
  }
}
