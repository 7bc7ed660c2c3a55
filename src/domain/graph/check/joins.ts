import { levelsOf } from "../levels.js";
import { predecessorsOf } from "../graph.js";
import type { Graph } from "../graph.js";
import { orderOf } from "../order.js";
import type { Problem } from "./problem.js";

/** @param graph a graph without cycles */
export function levelFaults(graph: Graph): readonly Problem[] {
  const cut = new Set(cutFaults(graph).map(({ step }) => step));
  const faults = levelsOf(graph).faults.filter(({ step }) => !cut.has(step));
  return faults.map(({ step, kind }) => ({
    step,
    message:
      kind === "collects-nothing"
        ? `The step "${step}" collects children, and no expand stands before it. Add one, or use a group.`
        : `The step "${step}" joins rows with their own children, which are more. Collect the children before it.`,
  }));
}

/**
 * Returns the steps that join rows with rows from a global step. A global step makes new rows, so
 * the rows of the two sides do not belong together.
 *
 * @param graph a graph without cycles
 */
export function cutFaults(graph: Graph): readonly Problem[] {
  const begins = beginningsOf(graph);
  return graph.steps.flatMap(({ name, kind }): readonly Problem[] => {
    if (kind === "global") return [];
    const before = predecessorsOf(graph, name);
    const [first, ...others] = before;
    const other = others.find((each) => begins.get(each) !== begins.get(first ?? ""));
    if (first === undefined || other === undefined) return [];
    const sides = [first, other].map((each) => `"${each}"${behindText(begins.get(each))}`);
    const message = `The step "${name}" joins the rows of ${sides.join(" with those of ")}. A global step makes rows of its own, so no row of the one belongs to a row of the other. Give both to a global step.`;
    return [{ step: name, message }];
  });
}

function behindText(global: string | undefined): string {
  return global === undefined ? "" : ` behind the global step "${global}"`;
}

/**
 * Returns for each step the global step that made its rows; `undefined` for the rows of the
 * sources.
 */
function beginningsOf(graph: Graph): ReadonlyMap<string, string | undefined> {
  const ordered = orderOf(graph);
  const begins = new Map<string, string | undefined>();
  for (const name of "order" in ordered ? ordered.order : []) {
    const isGlobal = graph.steps.some((step) => step.name === name && step.kind === "global");
    const [before = ""] = predecessorsOf(graph, name);
    begins.set(name, isGlobal ? name : begins.get(before));
  }
  return begins;
}
