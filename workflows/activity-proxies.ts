import { ActivityCancellationType, proxyActivities, workflowInfo } from "@temporalio/workflow";
import type { ActivityInterfaceFor, ActivityOptions } from "@temporalio/workflow";
import type { Activities } from "../activities/contract.js";
import { queuesBeside } from "../src/domain/experiment/ids.js";
import type { FolderQueues } from "../src/domain/experiment/ids.js";

/**
 * Options of all activities. There are no schedule-to-close timeouts and no maximum attempts, so
 * that work that waits in a queue or for a repair is not lost. Missing heartbeats reveal a dead
 * worker. Cancelled activities are awaited, because their calls in flight end normally.
 */
const waiting = {
  startToCloseTimeout: "24 hours",
  heartbeatTimeout: "10 seconds",
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const;

/** Activities that read and write the data folder. Their duration depends on the folder's size. */
export const files = activitiesOn("main", {
  ...waiting,
  retry: { maximumInterval: "30 seconds" },
});

/**
 * Activities that lease slots. A group sends nothing while its lease is with a dead worker.
 * Repeating a lease costs nothing.
 */
export const slots = activitiesOn("leases", {
  ...waiting,
  heartbeatTimeout: "4 seconds",
  retry: { initialInterval: "500 milliseconds", maximumInterval: "5 seconds" },
});

/**
 * Activities that make calls. Their retries are the only retries of calls, and the failure of a
 * call sets the delay. These delays are for other failures, such as the death of a worker, which
 * must not add up over several deaths.
 */
export const calls = activitiesOn("calls", {
  ...waiting,
  retry: { initialInterval: "500 milliseconds", maximumInterval: "5 seconds" },
});

/** Activities that walk rows. Their calls are retried like those of `calls`. */
export const rows = activitiesOn("rows", {
  ...waiting,
  retry: { initialInterval: "500 milliseconds", maximumInterval: "5 seconds" },
});

/**
 * Activities that clean up the local server, on the workflow's own queue. Nothing waits for them.
 * Failed deletions are repeated with the next pages.
 */
export const tidying = proxyActivities<Activities>({
  startToCloseTimeout: "1 minute",
  scheduleToCloseTimeout: "2 minutes",
  retry: { maximumAttempts: 3 },
});

/** Activities that ask the server, which is fast. */
export const lookups = activitiesOn("main", {
  startToCloseTimeout: "1 minute",
  retry: { maximumInterval: "30 seconds" },
});

/**
 * Returns activities on a queue of the calling workflow's data folder. A workflow runs on its
 * folder's main queue.
 */
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
