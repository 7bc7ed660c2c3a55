import { limitsQueue } from "../../domain/experiment/ids.js";
import { limitLeasesARun } from "../../domain/experiment/sizes.js";
import type { LimitInput } from "../../../workflows/messages.js";

/** Lets `limits` name a limit whose id carries the key encoded, and cut where it is long. */
export interface LimitMemo {
  readonly key: string;
}

/** The options by which a limit is started, whoever starts it. */
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
