import { ActivityCancellationType, proxyActivities, workflowInfo } from "@temporalio/workflow";
import type { ActivityInterfaceFor, ActivityOptions } from "@temporalio/workflow";
import type { Activities } from "../activities/contract.js";
import { queuesBeside } from "../src/domain/experiment/ids.js";
import type { FolderQueues } from "../src/domain/experiment/ids.js";

/**
 * No schedule-to-close and no maximum of attempts anywhere: what waits in a queue, or for a repair, is not lost. A dead
 * worker is noticed by its heartbeats; cancelled activities are waited for, since their calls in flight end normally.
 */
const waiting = {
  startToCloseTimeout: "24 hours",
  heartbeatTimeout: "10 seconds",
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const;

/** Reads and writes the data folder, whose size decides how long that takes. */
export const files = activitiesOn("main", {
  ...waiting,
  retry: { maximumInterval: "30 seconds" },
});

/** A group sends nothing while its lease waits with a dead worker, and a lease that is asked for twice costs nothing. */
export const slots = activitiesOn("leases", {
  ...waiting,
  heartbeatTimeout: "4 seconds",
  retry: { initialInterval: "500 milliseconds", maximumInterval: "5 seconds" },
});

/** The only retry of a call: delays come with each failure. */
export const calls = activitiesOn("calls", {
  ...waiting,
  retry: { maximumInterval: "1 minute" },
});

/**
 * Tidies a server of ours, on the workflow's own queue. Nothing waits for it: what fails is tried again with the next
 * pages.
 */
export const tidying = proxyActivities<Activities>({
  startToCloseTimeout: "1 minute",
  scheduleToCloseTimeout: "2 minutes",
  retry: { maximumAttempts: 3 },
});

/** Asks the server, and is quick. */
export const lookups = activitiesOn("main", {
  startToCloseTimeout: "1 minute",
  retry: { maximumInterval: "30 seconds" },
});

/** Activities on a queue of the data folder whose workflow calls them: a workflow is on its folder's main queue. */
function activitiesOn(
  queue: keyof FolderQueues,
  options: Omit<ActivityOptions, "taskQueue">,
): () => ActivityInterfaceFor<Activities> {
  return () =>
    proxyActivities<Activities>({
      ...options,
      taskQueue: queuesBeside(workflowInfo().taskQueue)[queue],
    });
}
