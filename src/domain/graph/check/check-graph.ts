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
import type { GraphCheck } from "./problem.js";

export function checkGraph(graph: Graph): GraphCheck {
  const shape = [...nameFaults(graph), ...edgeFaults(graph)];
  // Columns flow along edges: where those are wrong, further messages would only confuse.
  if (shape.length > 0) return { problems: shape, warnings: [], columns: new Map() };
  const ordered = orderOf(graph);
  if ("cycle" in ordered) {
    const [first = ""] = ordered.cycle;
    const path = [...ordered.cycle, first].join(" >> ");
    const message = `The steps form a cycle: ${path}. Remove one of these edges.`;
    return { problems: [{ step: first, message }], warnings: [], columns: new Map() };
  }
  const joins = [...cutFaults(graph), ...levelFaults(graph)];
  if (joins.length > 0) return { problems: joins, warnings: [], columns: new Map() };
  const columns = columnsOf(graph, ordered.order);
  return { ...columnFaults(graph, columns), columns: columns.behind };
}
