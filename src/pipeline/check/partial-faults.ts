/**
 * Checks the valid parts of a definition whose other parts have wrong keys or values, so that all
 * problems are reported together. Columns and joins depend on all steps, and are checked later.
 */
import { cycleFaults } from "../../domain/graph/check/check-graph.js";
import { unknownNames } from "../../domain/graph/check/edges.js";
import { parseEdges } from "../../domain/graph/definition/edge-text.js";
import { defined } from "../../domain/defined.js";
import { orderOf } from "../../domain/graph/order.js";
import type { Problem } from "../../domain/graph/check/problem.js";
import type { StepDefinition, TargetDefinition } from "../definition/definition.js";
import type { PlacedProblem } from "../definition/definition-problem.js";
import { datasetName } from "../graph-of.js";
import { stepFaults } from "./step-faults.js";

export interface PartialStep {
  readonly name: string;
  readonly path: readonly PropertyKey[];
  /** Absent if the step has problems of its own. */
  readonly definition?: StepDefinition;
}

export interface PartialDefinition {
  readonly steps: readonly PartialStep[];
  readonly target: TargetDefinition;
  /** Texts of edges. */
  readonly chains: readonly string[];
}

export function partialFaults({
  steps,
  target,
  chains,
}: PartialDefinition): readonly PlacedProblem[] {
  const ofSteps = steps.flatMap(({ name, path, definition }) =>
    definition === undefined
      ? []
      : stepFaults(name, definition, { maxCandidates: target.max_candidates }).map(at(path)),
  );
  // Without steps, all names of the edges would be unknown.
  if (steps.length === 0) return [];
  const names = [...steps.map(({ name }) => name), datasetName];
  const told = new Set<string>();
  const parsed = chains.map((text) => parseEdges(text));
  const ofEdges = parsed.flatMap(({ edges, problems }, index) =>
    [
      ...problems.map((message) => ({ message })),
      ...edges.flatMap((edge) => unknownNames(names, edge, told)),
    ].map(at(["edges", index])),
  );
  const ordered = orderOf({ steps, edges: parsed.flatMap(({ edges }) => edges) });
  const ofCycle = "cycle" in ordered ? cycleFaults(ordered.cycle) : [];
  return [...ofSteps, ...ofEdges, ...ofCycle.map(at(["edges"]))];
}

function at(path: readonly PropertyKey[]): (problem: Problem) => PlacedProblem {
  return ({ step, message }) => ({ ...defined({ step }), message, path });
}
