/**
 * The check of a graph before anything is sent: every problem at once, each with its step or edge
 * by name.
 */
import { orderOf } from "../order.js";
import type { Graph } from "../graph.js";
import { columnFaults, columnsOf } from "./columns.js";
import { edgeFaults } from "./edges.js";
import { cutFaults, levelFaults } from "./joins.js";
import { nameFaults } from "./names.js";
import type { GraphCheck, Problem } from "./problem.js";

export function checkGraph(graph: Graph): GraphCheck {
  const ordered = orderOf(graph);
  const cycle = "cycle" in ordered ? ordered.cycle : [];
  const shape = [...cycleFaults(cycle), ...nameFaults(graph), ...edgeFaults(graph, cycle)];
  // Columns flow along edges. If edges have problems, messages about columns would only confuse.
  if (shape.length > 0 || !("order" in ordered))
    return { problems: shape, warnings: [], columns: new Map() };
  const joins = [...cutFaults(graph), ...levelFaults(graph)];
  if (joins.length > 0) return { problems: joins, warnings: [], columns: new Map() };
  const columns = columnsOf(graph, ordered.order);
  return { ...columnFaults(graph, columns), columns: columns.behind };
}

/** Returns the problem of a cycle. A step that follows itself is reported with its edge instead. */
export function cycleFaults(cycle: readonly string[]): readonly Problem[] {
  const [first] = cycle;
  if (first === undefined || cycle.length === 1) return [];
  const path = [...cycle, first].join(" >> ");
  return [
    {
      step: first,
      message: `The steps form a cycle: ${path}. Remove one of these edges.`,
    },
  ];
}
