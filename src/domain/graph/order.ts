/** A graph as far as its order needs it. */
export interface Ordered {
  readonly steps: readonly { readonly name: string }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

export type Order =
  /**
   * Names of steps, each after its predecessors; of several that could come next the one declared
   * first.
   */
  | { readonly order: readonly string[] }
  /** The names of a cycle, in its direction, the step declared first in front. */
  | { readonly cycle: readonly string[] };

/** The order in which the steps of a graph can run. Edges to unknown steps are left out. */
export function orderOf(graph: Ordered): Order {
  const names = new Set(graph.steps.map(({ name }) => name));
  const edges = graph.edges.filter(({ from, to }) => names.has(from) && names.has(to));
  const order: string[] = [];
  const left = new Set(names);
  while (left.size > 0) {
    const next = [...left].find((name) =>
      edges.every(({ from, to }) => to !== name || !left.has(from)),
    );
    if (next === undefined) return { cycle: cycleIn(left, edges) };
    left.delete(next);
    order.push(next);
  }
  return { order };
}

/** @param names steps of which each has a predecessor among them */
function cycleIn(names: ReadonlySet<string>, edges: Ordered["edges"]): readonly string[] {
  const path: string[] = [];
  let [at] = names;
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    const current: string = at;
    at = edges.find(({ from, to }) => to === current && names.has(from))?.from;
  }
  // The path goes against the edges.
  const cycle = path.slice(at === undefined ? 0 : path.indexOf(at)).reverse();
  const first = Math.max(0, cycle.indexOf([...names].find((name) => cycle.includes(name)) ?? ""));
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}
