import { WorkflowNotFoundError } from "@temporalio/client";
import type { Client } from "@temporalio/client";
import type { SetUp } from "./set-up.js";
import { waitUntil } from "./wait-until.js";
import { withClient } from "./with-client.js";

type TerminatedType = "runPage" | "runExperiment";

/** Terminates every running page, like a person in the Web UI. Returns the pages' workflow ids. */
export async function terminatePages(setUp: SetUp): Promise<string[]> {
  return terminateAll(setUp, "runPage");
}

/** Terminates every running experiment. The groups end too, but their pages are not notified. */
export async function terminateExperiments(setUp: SetUp): Promise<string[]> {
  return terminateAll(setUp, "runExperiment");
}

/** Waits until no page is running. Rejects after a minute. */
export async function pagesEnd(setUp: SetUp): Promise<void> {
  await withClient(setUp, async (client) =>
    waitUntil(async () => (await runningOf(client, "runPage")).length === 0, {
      what: "the end of all pages",
      timeoutMs: 60_000,
      everyMs: 500,
    }),
  );
}

async function terminateAll(setUp: SetUp, type: TerminatedType): Promise<string[]> {
  return withClient(setUp, async (client) => {
    const ids = await waitUntil(
      async () => {
        const found = await runningOf(client, type);
        return found.length > 0 && found;
      },
      { what: `a ${type} in the server's list`, timeoutMs: 20_000, everyMs: 250 },
    );
    const isTerminated = await Promise.all(ids.map(async (id) => terminate(client, id)));
    return ids.filter((_, index) => isTerminated[index]);
  });
}

/** Returns false if the workflow has ended by itself since it was listed. */
async function terminate(client: Client, id: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(id).terminate("by hand");
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function runningOf(client: Client, type: TerminatedType): Promise<string[]> {
  const query = `WorkflowType = "${type}" AND ExecutionStatus = "Running"`;
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
  return ids;
}
