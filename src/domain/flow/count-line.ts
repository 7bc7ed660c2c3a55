import type { StepTally } from "../graph/step-counts.js";
import type { LineEnd, NodeStatus } from "./line.js";

/**
 * Converts a line for the counts of steps. Its nodes are the steps, and a bypassed node counts as
 * dropped.
 */
export function countsOfLine({ nodes }: Pick<LineEnd, "nodes">): Parameters<StepTally["add"]>[0] {
  const all = Object.entries(nodes);
  const ones = (status: NodeStatus): Record<string, number> =>
    Object.fromEntries(all.flatMap(([node, each]) => (each === status ? [[node, 1]] : [])));
  const failed = all.filter(([, status]) => status === "failed" || status === "canceled");
  return {
    done: ones("completed"),
    failures: failed.map(([step, type]) => ({ step, type, message: "" })),
    dropped: ones("bypassed"),
  };
}
