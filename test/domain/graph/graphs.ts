/** Graphs and hosts for the tests of walks. */
import type {
  AddStep,
  Edge,
  Graph,
  Row,
  SourceStep,
  Step,
} from "../../../src/domain/graph/graph.js";
import type { WalkHost } from "../../../src/domain/graph/walk/walk.js";

/** Edges as in `a >> [b, c] >> d`, one text a chain. */
export function graphOf(steps: readonly Step[], ...chains: readonly string[]): Graph {
  return { name: "test", steps, edges: chains.flatMap(edgesOf) };
}

function edgesOf(chain: string): readonly Edge[] {
  const groups = chain.split(">>").map((part) => part.replace(/[[\]\s]/g, "").split(","));
  return groups
    .slice(1)
    .flatMap((after, index) =>
      (groups[index] ?? []).flatMap((from) => after.map((to) => ({ from, to }))),
    );
}

export const load: SourceStep = { kind: "source", name: "load", columns: ["text"] };

export function add(name: string, given: Partial<AddStep> = {}): AddStep {
  return { kind: "add", name, use: name, reads: [], writes: [name], ...given };
}

export interface HostGiven {
  /** By name of step; what is absent writes its own name and path. */
  readonly add?: Readonly<Record<string, (row: Row, path: string) => Row | readonly Row[]>>;
  readonly holds?: (row: Row) => boolean;
  readonly route?: (step: string, path: string) => readonly string[];
}

/** A host that answers at once. */
export function hostOf(given: HostGiven = {}): WalkHost {
  return {
    add: async (step, row, { path }) => {
      const made = given.add?.[step.name]?.(row, path) ?? { [step.name]: `${step.name}${path}` };
      return Array.isArray(made) ? (made as readonly Row[]) : [made as Row];
    },
    holds: async (_, row) => given.holds?.(row) ?? true,
    route: async ({ name }, _, { path }) => given.route?.(name, path) ?? [],
  };
}
