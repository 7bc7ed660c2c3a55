/**
 * Checks a pipeline before anything is sent. Reports every problem at once, with the name of its
 * step.
 */
import { checkGraph } from "../domain/graph/check/check-graph.js";
import type { GraphCheck, Problem } from "../domain/graph/check/problem.js";
import { stepFaults } from "./check/step-faults.js";
import { targetFaults } from "./check/target-faults.js";
import { readChains } from "./definition/chains.js";
import type { PipelineDefinition } from "./definition/definition.js";
import { datasetName, graphOf } from "./graph-of.js";
import type { FunctionColumns } from "./steps/graph-step.js";

export interface CheckOptions {
  /** Columns found in the data of each source, under the source's own names. */
  readonly columnsOfSource: ReadonlyMap<string, readonly string[]>;
  /** Names of the available APIs. @default any name is accepted */
  readonly apis?: readonly string[];
  /** Columns that the modules declare, by the function's `use`, e.g. `./steps.ts#words`. */
  readonly functions?: ReadonlyMap<string, FunctionColumns>;
}

export function checkPipeline(
  definition: PipelineDefinition,
  { columnsOfSource, functions = new Map(), ...known }: CheckOptions,
): GraphCheck {
  const chains = readChains(definition.edges);
  const faults = [
    ...chains.problems,
    ...datasetFaults(definition, chains.edges),
    ...Object.entries(definition.steps).flatMap(([step, given]) =>
      stepFaults(step, given, { ...known, functions, maxCandidates: definition.max_candidates }),
    ),
  ];
  // If the edges cannot be read, all steps would seem to have no neighbors.
  if (chains.problems.length > 0) return { problems: faults, warnings: [], columns: new Map() };
  const graph = graphOf(definition, columnsOfSource, functions);
  const checked = checkGraph(graph);
  const ofTarget = targetFaults(definition, graph);
  return { ...checked, problems: [...faults, ...ofTarget, ...checked.problems] };
}

function datasetFaults(
  { steps }: PipelineDefinition,
  edges: readonly { readonly from: string }[],
): readonly Problem[] {
  const source = Object.entries(steps).find(([, { use }]) => use === "load" || use === "sample");
  const isNamed = edges.some(({ from }) => from === datasetName);
  if (!source || !isNamed || Object.hasOwn(steps, datasetName)) return [];
  const message = `The edges begin with "${datasetName}", the rows that a run brings, beside the source "${source[0]}". Begin them with "${source[0]}", or remove it.`;
  return [{ message }];
}
