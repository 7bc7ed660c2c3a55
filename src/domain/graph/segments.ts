/**
 * A global step needs all rows, so it cuts a pipeline into segments. The rows of a segment walk one
 * by one. Behind a cut they stand at a leaf of the segment, and the global step makes the rows with
 * which a later segment begins.
 */
import { defined } from "../defined.js";
import { predecessorsOf, successorsOf } from "./graph.js";
import type { Edge, Graph, GlobalStep, SourceStep, Step } from "./graph.js";
import { orderOf } from "./order.js";

/** A part of a graph between two cuts. */
export interface Segment {
  /**
   * The steps that a row walks through. Its sources are those of the pipeline, or the global steps
   * before it. Without steps no row walks: a global step is followed by global steps alone.
   */
  readonly graph: Graph;
  /** The global steps that run once its rows have ended, in an order in which they can run. */
  readonly globals: readonly GlobalStep[];
}

/** No name of a step has spaces. */
const arrow = " >> ";

/** The leaf of a segment at which the rows stand that a step hands to a global step. */
export function cutName(from: string, to: string): string {
  return `${from}${arrow}${to}`;
}

/** The global step to which the rows at such a leaf go. */
export function cutTarget(name: string): string {
  return name.slice(name.indexOf(arrow) + arrow.length);
}

export function isCut(name: string): boolean {
  return name.includes(arrow);
}

/** @param graph that passed the check */
export function segmentsOf(graph: Graph): readonly Segment[] {
  const numbers = segmentNumbers(graph);
  const count = 1 + Math.max(0, ...numbers.values());
  return Array.from({ length: count }, (_, number) => segment(graph, numbers, number));
}

/**
 * True for a global step whose rows continue separately, to steps of the next segment or through a
 * router.
 */
function beginsSegment(graph: Graph, step: Step): boolean {
  if (step.kind !== "global") return false;
  if (step.router) return true;
  return successorsOf(graph, step.name).some((name) => stepNamed(graph, name)?.kind !== "global");
}

/**
 * The rows of one step before a global step: at a leaf of a segment, or those that another global
 * step made.
 */
export type GlobalInput = { readonly leaf: string } | { readonly global: string };

/** One for each step before a global step, in the order in which their edges were declared. */
export function inputsOf(graph: Graph, { name }: GlobalStep): readonly GlobalInput[] {
  return predecessorsOf(graph, name).map((from) => {
    const before = stepNamed(graph, from);
    const isDirect = before?.kind === "global" && !beginsSegment(graph, before);
    return isDirect ? { global: from } : { leaf: cutName(from, name) };
  });
}

/** By step: the number of cuts before it, on the way with most of them. */
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

/** The rows of a global step begin a segment as those of a source do, under the row's own names. */
function asSource({ name, router }: Step): SourceStep {
  return { kind: "source", name, columns: [], ...defined({ router }) };
}

/** The edges from a step to the leaves at which its rows wait for global steps. */
function cutsBehind(graph: Graph, from: string): readonly Edge[] {
  return successorsOf(graph, from)
    .filter((to) => stepNamed(graph, to)?.kind === "global")
    .map((to) => ({ from, to: cutName(from, to) }));
}

function stepNamed({ steps }: Graph, name: string): Step | undefined {
  return steps.find((step) => step.name === name);
}
