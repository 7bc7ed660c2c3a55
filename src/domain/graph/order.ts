/** The parts of a graph that determine its order. */
export interface Ordered {
  readonly steps: readonly { readonly name: string }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

export type Order =
  /**
   * Names of steps, each after its predecessors. Among several possible next steps, the one
   * declared first comes first.
   */
  | { readonly order: readonly string[] }
  /**
   * Names of a cycle in the direction of its edges, starting with the step that is declared first.
   */
  | { readonly cycle: readonly string[] };

/** Returns the order in which the steps of a graph can run. Edges to unknown steps are ignored. */
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

/** @param names steps that each have a predecessor among them */
function cycleIn(names: ReadonlySet<string>, edges: Ordered["edges"]): readonly string[] {
  const path: string[] = [];
  let [at] = names;
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    const current: string = at;
    at = edges.find(({ from, to }) => to === current && names.has(from))?.from;
  }
  // The path runs against the direction of the edges.
  const cycle = path.slice(at === undefined ? 0 : path.indexOf(at)).reverse();
  const first = Math.max(0, cycle.indexOf([...names].find((name) => cycle.includes(name)) ?? ""));
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}
