import { limitsQueue } from "../../domain/experiment/ids.js";
import { limitLeasesARun } from "../../domain/experiment/sizes.js";
import type { LimitInput } from "../../../workflows/messages.js";

/**
 * Holds the limit's key for `limits`. The limit's id cannot replace it, because the key is encoded
 * there and may be cut.
 */
export interface LimitMemo {
  readonly key: string;
}

/**
 * Timeout of a limit's workflow task. If a worker dies with a task of a limit, no other worker gets
 * the task before this time. Starting a new worker takes longer. A task usually takes a few ms, and
 * up to 1 s on a busy machine.
 */
const taskTimeout = "4 seconds";

/** Returns the options for starting a limit. All callers that start one use them. */
export function limitStart(
  limitId: string,
  key: string,
): {
  workflowId: string;
  taskQueue: string;
  workflowIdConflictPolicy: "USE_EXISTING";
  workflowTaskTimeout: typeof taskTimeout;
  args: [LimitInput];
  memo: Record<string, unknown>;
  staticSummary: string;
} {
  const memo: LimitMemo = { key };
  return {
    workflowId: limitId,
    taskQueue: limitsQueue,
    workflowIdConflictPolicy: "USE_EXISTING",
    workflowTaskTimeout: taskTimeout,
    args: [{ key, leasesARun: limitLeasesARun }],
    memo: { ...memo },
    staticSummary: `limit ${key}`,
  };
}
