import { levelsOf } from "../levels.js";
import type { Graph } from "../graph.js";
import type { Problem } from "./problem.js";

/** @param graph without cycles */
export function levelFaults(graph: Graph): readonly Problem[] {
  return levelsOf(graph).faults.map(({ step, kind }) => ({
    step,
    message:
      kind === "collects-nothing"
        ? `The step "${step}" collects children, and no expand stands before it. Add one, or use a group.`
        : `The step "${step}" joins rows with their own children, which are more. Collect the children before it.`,
  }));
}
