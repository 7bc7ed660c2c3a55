/** The order in which nodes can run. The order in the file means nothing. */
import { orderOf } from "../graph/order.js";
import type { FlowNode } from "./flow.js";
import { nodesReadBy } from "./reference.js";

export type FlowOrder =
  | { readonly order: readonly FlowNode[] }
  /** The names of a cycle, starting with the node that is declared first. */
  | { readonly cycle: readonly string[] };

/**
 * Returns the order of nodes. Conditions count as edges. References to unknown nodes are ignored.
 */
export function flowOrder(nodes: readonly FlowNode[]): FlowOrder {
  const edges = nodes.flatMap((node) => nodesReadBy(node).map((from) => ({ from, to: node.name })));
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const ordered = orderOf({ steps: nodes, edges });
  if ("cycle" in ordered) return ordered;
  return { order: ordered.order.flatMap((name) => byName.get(name) ?? []) };
}

/** Returns for each node the number of nodes before it on the longest way. */
export function depthsOf(nodes: readonly FlowNode[]): ReadonlyMap<string, number> {
  const ordered = flowOrder(nodes);
  if ("cycle" in ordered) throw new Error(`Expected no cycle, got ${ordered.cycle.join(", ")}.`);
  const depths = new Map<string, number>();
  for (const node of ordered.order) {
    const before = nodesReadBy(node).map((name) => depths.get(name) ?? -1);
    depths.set(node.name, Math.max(-1, ...before) + 1);
  }
  return depths;
}
