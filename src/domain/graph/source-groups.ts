import type { Graph } from "./graph.js";

/**
 * Returns the number of each source's group. The rows of a group's sources meet in some step, so
 * they are joined by position. A global step joins nothing, because it gets the rows of each step
 * before it separately.
 */
export function sourceGroups({ steps, edges }: Graph): ReadonlyMap<string, number> {
  const groups = new Map(steps.map(({ name }, index) => [name, index]));
  const globals = new Set(steps.filter(({ kind }) => kind === "global").map(({ name }) => name));
  for (const { from, to } of edges.filter((edge) => !globals.has(edge.to))) {
    const [one, other] = [groups.get(from), groups.get(to)];
    if (one === undefined || other === undefined) continue;
    for (const [name, group] of groups) if (group === other) groups.set(name, one);
  }
  const sources = steps.filter(({ kind }) => kind === "source");
  return new Map(sources.map(({ name }) => [name, groups.get(name) ?? 0]));
}
