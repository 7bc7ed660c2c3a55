/**
 * The check of a pipeline before anything is sent: every problem at once, each with its step by
 * name.
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
  /** By source: the columns found in its data, under the source's own names. */
  readonly columnsOfSource: ReadonlyMap<string, readonly string[]>;
  /** The APIs that can be asked. @default any */
  readonly apis?: readonly string[];
  /** By `./steps.ts#words`: the columns that the module declares. */
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
  // Steps seem to have no neighbors if the edges can't be read.
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
