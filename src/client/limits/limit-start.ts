import { limitsQueue } from "../../domain/experiment/ids.js";
import { limitLeasesARun } from "../../domain/experiment/sizes.js";
import type { LimitInput } from "../../../workflows/messages.js";

/** The limit's key for `limits`, because the key in the limit's id is encoded and may be cut. */
export interface LimitMemo {
  readonly key: string;
}

/** The options for starting a limit, for every starter. */
export function limitStart(
  limitId: string,
  key: string,
): {
  workflowId: string;
  taskQueue: string;
  workflowIdConflictPolicy: "USE_EXISTING";
  args: [LimitInput];
  memo: Record<string, unknown>;
  staticSummary: string;
} {
  const memo: LimitMemo = { key };
  return {
    workflowId: limitId,
    taskQueue: limitsQueue,
    workflowIdConflictPolicy: "USE_EXISTING",
    args: [{ key, leasesARun: limitLeasesARun }],
    memo: { ...memo },
    staticSummary: `limit ${key}`,
  };
}
