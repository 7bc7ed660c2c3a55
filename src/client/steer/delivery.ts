import { setTimeout as sleep } from "node:timers/promises";
import type { Ostinato } from "../connection/ostinato.js";
import { untakenRequests } from "../status/untaken-requests.js";
import { listPollers } from "../worker/ensure-worker.js";

/**
 * `taken`: a worker has taken the request, so it takes effect within 4 s. `kept`: no worker runs,
 * or none has taken it within 10 s. The server keeps it for the next worker.
 */
export type Delivery = "taken" | "kept";

/** Wait without a worker, in ms. */
const shortWaitMs = 1_000;
/** Wait with a worker, which may be busy, in ms. */
const longWaitMs = 10_000;
const everyMs = 100;

/** Waits for a worker to take the signals of an experiment or watch. */
export async function awaitDelivery(ostinato: Ostinato, workflowId: string): Promise<Delivery> {
  const sentAt = Date.now();
  if (await isTakenBy(ostinato, workflowId, sentAt + shortWaitMs)) return "taken";
  if (!(await hasWorker(ostinato, workflowId))) return "kept";
  return (await isTakenBy(ostinato, workflowId, sentAt + longWaitMs)) ? "taken" : "kept";
}

async function isTakenBy(
  { client }: Ostinato,
  workflowId: string,
  deadline: number,
): Promise<boolean> {
  while ((await untakenRequests(client, workflowId)).length > 0) {
    if (Date.now() >= deadline) return false;
    await sleep(everyMs);
  }
  return true;
}

async function hasWorker(ostinato: Ostinato, workflowId: string): Promise<boolean> {
  const { taskQueue } = await ostinato.client.workflow.getHandle(workflowId).describe();
  return (await listPollers(ostinato, taskQueue)).length > 0;
}
