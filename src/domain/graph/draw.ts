import { opensLevel } from "./graph.js";
import type { Graph, Router, Step } from "./graph.js";

export interface DrawOptions {
  /** Columns after each step, shown on its edges. */
  readonly columns?: ReadonlyMap<string, readonly string[]>;
  /** Second line in the box of each step, such as counts. */
  readonly notes?: ReadonlyMap<string, string>;
}

/** Draws the graph as a mermaid flowchart. */
export function drawGraph(graph: Graph, { columns, notes }: DrawOptions = {}): string {
  const ids = new Map(graph.steps.map(({ name }, index) => [name, `s${index}`]));
  const idOf = (name: string): string => ids.get(name) ?? name;
  const boxes = graph.steps.map((step) => {
    const note = notes?.get(step.name);
    const lines = [
      step.name,
      ...(step.name === useOf(step) ? [] : [useOf(step)]),
      ...(note === undefined ? [] : [note]),
    ];
    return `  ${idOf(step.name)}${shapeOf(step, lines.map(escapedLabel).join("<br/>"))}`;
  });
  const routers = graph.steps.flatMap(({ name, router }) =>
    router
      ? [
          `  ${idOf(name)}_router{{"${escapedLabel(routerText(router))}"}}`,
          `  ${idOf(name)} --> ${idOf(name)}_router`,
        ]
      : [],
  );
  const arrows = graph.edges.map(({ from, to }) => {
    const isRouted = graph.steps.some(({ name, router }) => name === from && router !== undefined);
    const named = columns?.get(from) ?? [];
    const label = named.length === 0 ? "" : `|"${escapedLabel(named.join(", "))}"|`;
    return `  ${idOf(from)}${isRouted ? "_router" : ""} -->${label} ${idOf(to)}`;
  });
  return ["flowchart TD", ...boxes, ...routers, ...arrows, ""].join("\n");
}

function useOf(step: Step): string {
  return step.kind === "add" || step.kind === "global" ? step.use : step.kind;
}

function shapeOf(step: Step, text: string): string {
  if (step.kind === "source") return `[("${text}")]`;
  if (step.kind === "global") return `[["${text}"]]`;
  return opensLevel(step) ? `[/"${text}"\\]` : `["${text}"]`;
}

function routerText(router: Router): string {
  const per = router.per === undefined || router.per === 1 ? "" : `, per ${router.per} rows`;
  return router.kind === "sample" ? `${router.n} at random${per}` : `${router.use}${per}`;
}

/** Escapes a label. Mermaid reads HTML entities, and a double quote ends a text. */
export function escapedLabel(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
