import type { Edge } from "./graph.js";

/** The steps that rows reach from one of these steps, each once. */
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
