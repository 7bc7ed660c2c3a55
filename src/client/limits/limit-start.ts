import { limitsQueue } from "../../domain/experiment/ids.js";
import { limitLeasesARun } from "../../domain/experiment/sizes.js";
import { shortTaskTimeout } from "../../domain/experiment/task-timeout.js";
import type { LimitInput } from "../../../workflows/messages.js";

/**
 * Holds the limit's key for `limits`. The limit's id cannot replace it, because the key is encoded
 * there and may be cut.
 */
export interface LimitMemo {
  readonly key: string;
}

/** Returns the options for starting a limit. All callers that start one use them. */
export function limitStart(
  limitId: string,
  key: string,
): {
  workflowId: string;
  taskQueue: string;
  workflowIdConflictPolicy: "USE_EXISTING";
  workflowTaskTimeout: typeof shortTaskTimeout;
  args: [LimitInput];
  memo: Record<string, unknown>;
  staticSummary: string;
} {
  const memo: LimitMemo = { key };
  return {
    workflowId: limitId,
    taskQueue: limitsQueue,
    workflowIdConflictPolicy: "USE_EXISTING",
    workflowTaskTimeout: shortTaskTimeout,
    args: [{ key, leasesARun: limitLeasesARun }],
    memo: { ...memo },
    staticSummary: `limit ${key}`,
  };
}
