import { Client, Connection } from "@temporalio/client";
import type { SetUp } from "./set-up.js";
import { waitUntil } from "./wait-until.js";

/** Terminates every page that runs, as a person can in the Web UI; answers with their workflow ids. */
export async function terminatePages(setUp: SetUp): Promise<string[]> {
  const connection = await Connection.connect({ address: `127.0.0.1:${setUp.port}` });
  try {
    const client = new Client({ connection });
    const ids = await waitUntil(
      async () => {
        const found = await runningPages(client);
        return found.length > 0 && found;
      },
      { what: "a running page in the server's list", timeoutMs: 20_000, everyMs: 250 },
    );
    for (const id of ids) await client.workflow.getHandle(id).terminate("by hand");
    return ids;
  } finally {
    await connection.close();
  }
}

async function runningPages(client: Client): Promise<string[]> {
  const query = `WorkflowType = "runPage" AND ExecutionStatus = "Running"`;
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
  return ids;
}
