import type { Client } from "@temporalio/client";
import { WithStartWorkflowOperation } from "../connection/temporal.js";
import type { LeaseAnswer, LeaseRequest } from "../../domain/limit/lease-messages.js";
import { leaseUpdate, workflowTypes } from "../../../workflows/messages.js";
import { limitStart } from "./limit-start.js";

const leaseDeadlineMs = 10_000;

/** Asks a limit for slots, by its workflow id and key. */
export type Lease = (limitId: string, key: string, request: LeaseRequest) => Promise<LeaseAnswer>;

/**
 * Leases with one update each, which starts the limit if necessary. Rejects after 10 s; the caller
 * then asks again.
 */
export function createLease(client: Client): Lease {
  return (limitId, key, request) =>
    client.withDeadline(Date.now() + leaseDeadlineMs, () =>
      client.workflow.executeUpdateWithStart(leaseUpdate, {
        args: [request],
        startWorkflowOperation: new WithStartWorkflowOperation(
          workflowTypes.limit,
          limitStart(limitId, key),
        ),
      }),
    );
}
