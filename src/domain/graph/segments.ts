import { predecessorsOf } from "./graph.js";
import type { GlobalStep, Graph, Step } from "./graph.js";
import { orderOf } from "./order.js";

/** A part of a graph between two cuts: its rows walk through it without one another. */
export interface Segment {
  /** The steps that a row walks through, in an order in which they can run. */
  readonly steps: readonly Step[];
  /** The global steps that its rows go to, each with all of them. */
  readonly cuts: readonly GlobalStep[];
}

/** @param graph that passed the check */
export function segmentsOf(graph: Graph): readonly Segment[] {
  const ordered = orderOf(graph);
  if ("cycle" in ordered) throw new Error(`Expected no cycle, got ${ordered.cycle.join(", ")}.`);
  const steps = new Map(graph.steps.map((step) => [step.name, step]));
  // A step belongs behind the last global step on any way to it.
  const segments: { steps: Step[]; cuts: GlobalStep[] }[] = [];
  const numbers = new Map<string, number>();
  for (const name of ordered.order) {
    const step = steps.get(name);
    if (!step) continue;
    const before = predecessorsOf(graph, name).map(
      (each) => (numbers.get(each) ?? 0) + (steps.get(each)?.kind === "global" ? 1 : 0),
    );
    const number = Math.max(0, ...before);
    numbers.set(name, number);
    segments[number] ??= { steps: [], cuts: [] };
    if (step.kind === "global") segments[number].cuts.push(step);
    else segments[number].steps.push(step);
  }
  return segments;
}
