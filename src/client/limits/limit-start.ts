import { limitsQueue } from "../../domain/experiment/ids.js";
import { limitLeasesARun } from "../../domain/experiment/sizes.js";
import type { LimitInput } from "../../../workflows/messages.js";

/** The limit's key for `limits`, because the key in the limit's id is encoded and may be cut. */
export interface LimitMemo {
  readonly key: string;
}

/**
 * Time after which another worker gets a limit's task. A worker that dies with a task of a limit
 * blocks the limit for so long, and a new worker needs longer to start. The usual task takes a few
 * ms, and up to 1 s on a busy machine.
 */
const taskTimeout = "4 seconds";

/** The options for starting a limit, for every starter. */
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
