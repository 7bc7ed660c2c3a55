import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "@temporalio/client";
import { untakenRequests } from "../status/untaken-requests.js";

/**
 * `taken`: a worker has taken the request, so it takes effect within 4 s. `kept`: none has taken it
 * within a second. The server keeps it for the next worker.
 */
export type Delivery = "taken" | "kept";

const waitMs = 1_000;
const everyMs = 100;

/** Waits up to a second for a worker to take the signals of an experiment or watch. */
export async function awaitDelivery(client: Client, workflowId: string): Promise<Delivery> {
  const deadline = Date.now() + waitMs;
  while ((await untakenRequests(client, workflowId)).length > 0) {
    if (Date.now() >= deadline) return "kept";
    await sleep(everyMs);
  }
  return "taken";
}
