/**
 * A global step needs all rows, so it cuts a pipeline into segments. The rows of a segment walk one
 * by one. Before a cut they wait at a leaf of the segment. The global step then makes the rows with
 * which a later segment begins.
 */
import { defined } from "../defined.js";
import { predecessorsOf, successorsOf } from "./graph.js";
import type { Edge, Graph, GlobalStep, SourceStep, Step } from "./graph.js";
import { orderOf } from "./order.js";

/** A part of a graph between two cuts. */
export interface Segment {
  /**
   * Steps that a row walks through. The sources are those of the pipeline, or the global steps
   * before the segment. Without steps, no row walks: a global step is followed only by global
   * steps.
   */
  readonly graph: Graph;
  /** Global steps that run once the segment's rows have ended, in a valid order. */
  readonly globals: readonly GlobalStep[];
}

/** Separates step names, which never contain spaces. */
const arrow = " >> ";

/** Returns the name of the leaf at which rows from one step wait for a global step. */
export function cutName(from: string, to: string): string {
  return `${from}${arrow}${to}`;
}

/** Returns the global step that gets the rows of such a leaf. */
export function cutTarget(name: string): string {
  return name.slice(name.indexOf(arrow) + arrow.length);
}

export function isCut(name: string): boolean {
  return name.includes(arrow);
}

/** @param graph a graph that has passed the check */
export function segmentsOf(graph: Graph): readonly Segment[] {
  const numbers = segmentNumbers(graph);
  const count = 1 + Math.max(0, ...numbers.values());
  return Array.from({ length: count }, (_, number) => segment(graph, numbers, number));
}

/**
 * True for a global step whose rows continue one by one, to steps of the next segment or through a
 * router.
 */
function beginsSegment(graph: Graph, step: Step): boolean {
  if (step.kind !== "global") return false;
  if (step.router) return true;
  return successorsOf(graph, step.name).some((name) => stepNamed(graph, name)?.kind !== "global");
}

/**
 * Rows of one step before a global step. They wait at a leaf of a segment, or another global step
 * has made them.
 */
export type GlobalInput = { readonly leaf: string } | { readonly global: string };

/**
 * Returns the inputs of a global step: one for each step before it, in the order of their edges'
 * declaration.
 */
export function inputsOf(graph: Graph, { name }: GlobalStep): readonly GlobalInput[] {
  return predecessorsOf(graph, name).map((from) => {
    const before = stepNamed(graph, from);
    const isDirect = before?.kind === "global" && !beginsSegment(graph, before);
    return isDirect ? { global: from } : { leaf: cutName(from, name) };
  });
}

/** Returns for each step the number of cuts before it, on the way with the most cuts. */
function segmentNumbers(graph: Graph): ReadonlyMap<string, number> {
  const ordered = orderOf(graph);
  if ("cycle" in ordered) throw new Error(`Expected no cycle, got ${ordered.cycle.join(", ")}.`);
  const numbers = new Map<string, number>();
  for (const name of ordered.order) {
    const before = predecessorsOf(graph, name).map(
      (each) => (numbers.get(each) ?? 0) + (stepNamed(graph, each)?.kind === "global" ? 1 : 0),
    );
    numbers.set(name, Math.max(0, ...before));
  }
  return numbers;
}

function segment(graph: Graph, numbers: ReadonlyMap<string, number>, number: number): Segment {
  const inOrder = [...numbers].filter(([, each]) => each === number).map(([name]) => name);
  const own = graph.steps.filter(({ name }) => inOrder.includes(name));
  const sources = graph.steps.filter(
    (step) => numbers.get(step.name) === number - 1 && beginsSegment(graph, step),
  );
  const walked = [...sources.map(asSource), ...own.filter(({ kind }) => kind !== "global")];
  const cuts = walked.flatMap(({ name }) => cutsBehind(graph, name));
  const names = new Set(walked.map(({ name }) => name));
  return {
    graph: {
      name: graph.name,
      steps: [...walked, ...cuts.map(({ to }): Step => ({ kind: "combine", name: to }))],
      edges: [...graph.edges.filter(({ from, to }) => names.has(from) && names.has(to)), ...cuts],
    },
    globals: inOrder.flatMap((name) => {
      const step = stepNamed(graph, name);
      return step?.kind === "global" ? [step] : [];
    }),
  };
}

/** Returns a global step as a source. Its rows begin a segment under the row's own names. */
function asSource({ name, router }: Step): SourceStep {
  return { kind: "source", name, columns: [], ...defined({ router }) };
}

/** Returns the edges from a step to the leaves at which its rows wait for global steps. */
function cutsBehind(graph: Graph, from: string): readonly Edge[] {
  return successorsOf(graph, from)
    .filter((to) => stepNamed(graph, to)?.kind === "global")
    .map((to) => ({ from, to: cutName(from, to) }));
}

function stepNamed({ steps }: Graph, name: string): Step | undefined {
  return steps.find((step) => step.name === name);
}
