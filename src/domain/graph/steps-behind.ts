import type { Edge } from "./graph.js";

/** Returns the steps that rows reach from any of the given steps, each once. */
export function stepsBehind(edges: readonly Edge[], steps: Iterable<string>): ReadonlySet<string> {
  const behind = new Set<string>();
  const open = [...steps];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    for (const { from, to } of edges) {
      if (from !== step || behind.has(to)) continue;
      behind.add(to);
      open.push(to);
    }
  }
  return behind;
}
