/** Parses all chains of a definition into edges. */
import type { Edge, Router } from "../../domain/graph/graph.js";
import { parseEdges } from "../../domain/graph/definition/edge-text.js";
import type { Problem } from "../../domain/graph/check/problem.js";

export interface Chains {
  readonly edges: readonly Edge[];
  /** Routers by the step before them. */
  readonly routers: ReadonlyMap<string, Router>;
  readonly problems: readonly Problem[];
}

/** Parses chains. A step has at most one router, which chooses among all of its successors. */
export function readChains(texts: readonly string[]): Chains {
  const routers = new Map<string, Router>();
  const problems: Problem[] = [];
  const edges = texts.flatMap((text) => {
    const chain = parseEdges(text);
    problems.push(...chain.problems.map((message) => ({ message })));
    for (const [step, router] of chain.routers) {
      const other = routers.get(step);
      if (other && JSON.stringify(other) !== JSON.stringify(router)) {
        const message = `The step "${step}" has two routers in \`edges\`. Name all of its successors behind one.`;
        problems.push({ step, message });
      }
      routers.set(step, router);
    }
    return chain.edges;
  });
  return { edges, routers, problems };
}
