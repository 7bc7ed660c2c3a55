import { hintOf, nearestMatch } from "../../nearest-match.js";
import { predecessorsOf, successorsOf } from "../graph.js";
import type { Edge, Graph, Step } from "../graph.js";
import type { Problem } from "./problem.js";

/**
 * Checks the edges of a graph. Consequences of another problem are left out: steps that only a
 * mistyped edge leaves without neighbors, and the joins of a cycle.
 *
 * @param cycle names of the steps in a cycle
 */
export function edgeFaults(graph: Graph, cycle: readonly string[]): readonly Problem[] {
  const seen = new Set<string>();
  const told = new Set<string>();
  const ofEdges = graph.edges.flatMap((edge): readonly Problem[] => {
    const text = `${edge.from} >> ${edge.to}`;
    const isRepeated = seen.has(text);
    seen.add(text);
    if (isRepeated)
      return [{ step: edge.to, message: `The edge ${text} is declared twice. Remove one.` }];
    return faultsOfEdge(graph, edge, told);
  });
  const spoiled = spoiledNames(graph);
  const ofSteps = graph.steps.flatMap((step) => faultsOfStep(graph, step, { spoiled, cycle }));
  return [...ofEdges, ...ofSteps];
}

/**
 * Returns the steps whose neighbors are unknown: steps of an edge with a mistyped name, and the
 * steps that the mistyped names probably mean.
 */
function spoiledNames({ steps, edges }: Graph): readonly string[] {
  const names = steps.map(({ name }) => name);
  return edges.flatMap(({ from, to }) => {
    const mistyped = [from, to].filter((name) => !names.includes(name));
    if (mistyped.length === 0) return [];
    return [from, to, ...mistyped.map((name) => nearestMatch(name, names) ?? "")];
  });
}

/** @param told unknown names that were already reported. Adds the unknown names of this edge. */
function faultsOfEdge({ steps }: Graph, edge: Edge, told: Set<string>): readonly Problem[] {
  const { from, to } = edge;
  const names = steps.map(({ name }) => name);
  if (!names.includes(from) || !names.includes(to)) return unknownNames(names, edge, told);
  if (from !== to) return [];
  return [
    { step: from, message: `The step "${from}" follows itself. Remove the edge ${from} >> ${to}.` },
  ];
}

/**
 * Returns the problems of an edge that names no step.
 *
 * @param names names of all steps
 * @param told unknown names that were already reported. Adds the unknown names of this edge.
 */
export function unknownNames(
  names: readonly string[],
  { from, to }: Edge,
  told: Set<string>,
): readonly Problem[] {
  const untold = [from, to].filter((name) => !names.includes(name) && !told.has(name));
  for (const name of untold) told.add(name);
  return untold.map((name) => ({
    edge: { from, to },
    message: `The edge ${from} >> ${to} names no step with "${name}". ${hintOf(name, names)}`,
  }));
}

interface OtherFaults {
  readonly spoiled: readonly string[];
  readonly cycle: readonly string[];
}

function faultsOfStep(
  graph: Graph,
  step: Step,
  { spoiled, cycle }: OtherFaults,
): readonly Problem[] {
  const before = [...new Set(predecessorsOf(graph, step.name))];
  const isSpoiled = spoiled.includes(step.name);
  const isInCycle = cycle.length > 1 && cycle.includes(step.name);
  const messages = [
    isSpoiled && before.length === 0 ? undefined : rootFault(step, before),
    isSpoiled || isInCycle ? undefined : joinFault(graph, step, before),
    isSpoiled ? undefined : routerFault(graph, step),
  ];
  return messages.flatMap((message) =>
    message === undefined ? [] : [{ step: step.name, message }],
  );
}

function rootFault({ kind, name }: Step, before: readonly string[]): string | undefined {
  if (kind === "source") {
    if (before.length === 0) return undefined;
    return `The source "${name}" begins rows, but follows ${listed(before)}. Remove that edge.`;
  }
  if (before.length > 0) return undefined;
  return `The step "${name}" has no step before it and is not a source. Connect it to a step before it, or begin with a source.`;
}

function joinFault(graph: Graph, step: Step, before: readonly string[]): string | undefined {
  if (before.length < 2 || ["source", "group", "combine", "global"].includes(step.kind))
    return undefined;
  if (areExclusive(graph, before)) return undefined;
  return `The step "${step.name}" follows ${listed(before)}, but takes the rows of one step only. Join them with a group or combine step before it.`;
}

/**
 * True for steps of which at most one gets each row, because they follow a router that chooses one
 * step.
 */
function areExclusive(graph: Graph, names: readonly string[]): boolean {
  const [router, ...others] = names.map((name) => predecessorsOf(graph, name));
  const [from] = router ?? [];
  const step = graph.steps.find(({ name }) => name === from);
  const isOne = step?.router?.kind === "sample" ? step.router.n === 1 : step?.router !== undefined;
  return (
    isOne && router?.length === 1 && others.every((each) => each.length === 1 && each[0] === from)
  );
}

function routerFault(graph: Graph, { name, router }: Step): string | undefined {
  if (!router) return undefined;
  const behind = successorsOf(graph, name);
  if (behind.length < 2) {
    return `The router behind "${name}" chooses among ${behind.length} steps. Connect at least two, or remove it.`;
  }
  if (router.kind !== "sample") return undefined;
  if (Number.isInteger(router.n) && router.n >= 1 && router.n <= behind.length) return undefined;
  return `The router behind "${name}" draws ${router.n} of ${behind.length} steps (${behind.join(", ")}). Set a whole number from 1 to ${behind.length}.`;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(" and ");
}
