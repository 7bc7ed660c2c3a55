import type { Edge, Router } from "../graph.js";
import { parseEdges } from "./edge-text.js";

/**
 * Returns the edges as few long chains: `load >> sample-n-steps(2) >> [gpt, gemini] >> group`.
 * Parsing the chains gives the same order of every step's predecessors and successors.
 */
export function chainTexts(
  edges: readonly Edge[],
  routers: ReadonlyMap<string, Router>,
): readonly string[] {
  const texts = longChains(edges, routers);
  const read = texts.flatMap((text) => parseEdges(text).edges);
  return isSameOrder(edges, read) ? texts : shortChains(edges, routers);
}

function longChains(edges: readonly Edge[], routers: ReadonlyMap<string, Router>): string[] {
  const texts: string[] = [];
  const left = new Set(edges);
  const behind = (step: string): readonly Edge[] => [...left].filter(({ from }) => from === step);
  for (const { from } of edges) {
    let now: readonly string[] = [from];
    const parts = [from];
    for (;;) {
      const next = commonSuccessors(now.map(behind), now, routers);
      if (next.length === 0) break;
      for (const edge of now.flatMap(behind)) left.delete(edge);
      const [only = ""] = now;
      const router = routers.get(only);
      if (router) parts.push(routerText(router));
      parts.push(listText(next));
      now = next;
    }
    if (parts.length > 1) texts.push(parts.join(" >> "));
  }
  return texts;
}

/** Returns the successors of the steps, if all of the steps have the same successors. */
function commonSuccessors(
  edges: readonly (readonly Edge[])[],
  steps: readonly string[],
  routers: ReadonlyMap<string, Router>,
): readonly string[] {
  const [first = [], ...others] = edges.map((each) => each.map(({ to }) => to));
  const isCommon = others.every((each) => each.join() === first.join());
  const isRouted = steps.length > 1 && steps.some((step) => routers.has(step));
  return isCommon && !isRouted ? first : [];
}

/** Returns one text per edge. The successors of a router stay in one text. */
function shortChains(edges: readonly Edge[], routers: ReadonlyMap<string, Router>): string[] {
  const routed = new Set<string>();
  return edges.flatMap(({ from, to }) => {
    const router = routers.get(from);
    if (!router) return [`${from} >> ${to}`];
    if (routed.has(from)) return [];
    routed.add(from);
    const targets = edges.filter((edge) => edge.from === from).map((edge) => edge.to);
    return [`${from} >> ${routerText(router)} >> ${listText(targets)}`];
  });
}

function isSameOrder(one: readonly Edge[], other: readonly Edge[]): boolean {
  const steps = new Set(one.flatMap(({ from, to }) => [from, to]));
  const around = (edges: readonly Edge[], step: string): string =>
    JSON.stringify([
      edges.filter(({ to }) => to === step).map(({ from }) => from),
      edges.filter(({ from }) => from === step).map(({ to }) => to),
    ]);
  return (
    one.length === other.length &&
    [...steps].every((step) => around(one, step) === around(other, step))
  );
}

function listText(names: readonly string[]): string {
  const [only = ""] = names;
  return names.length === 1 ? only : `[${names.join(", ")}]`;
}

function routerText(router: Router): string {
  const first = router.kind === "sample" ? `sample-n-steps(${router.n}` : `route(${router.use}`;
  const seed = router.kind === "sample" && router.seed !== 0 ? `, seed=${router.seed}` : "";
  const per = router.per === undefined || router.per === 1 ? "" : `, per=${router.per}`;
  return `${first}${seed}${per})`;
}
