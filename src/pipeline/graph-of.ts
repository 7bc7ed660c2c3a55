/** Converts a definition to a graph. */
import { defined } from "../domain/defined.js";
import type { Edge, Graph, Step } from "../domain/graph/graph.js";
import { readChains } from "./definition/chains.js";
import type { PipelineDefinition } from "./definition/definition.js";
import { withAccepted } from "./accepted-step.js";
import { graphStep } from "./steps/graph-step.js";
import type { FunctionColumns } from "./steps/graph-step.js";

/** Name of the source for the rows that a run provides. */
export const datasetName = "dataset";

/**
 * Converts a definition to a graph. Texts of edges that cannot be parsed lead to no edges;
 * `checkPipeline` reports them. A definition without a source gets a source called `dataset`, which
 * feeds all steps without a predecessor.
 *
 * @param columnsOfSource columns found in the data of each source, under the source's own names
 * @param functions columns that the modules declare, by the function's `use`, e.g.
 *   `./steps.ts#words`
 */
export function graphOf(
  definition: PipelineDefinition,
  columnsOfSource: ReadonlyMap<string, readonly string[]> = new Map(),
  functions: ReadonlyMap<string, FunctionColumns> = new Map(),
): Graph {
  const { name, description, steps } = definition;
  const chains = readChains(definition.edges);
  const known = { sources: columnsOfSource, functions };
  const declared = Object.entries(steps).map(([step, given]) =>
    graphStep(step, given, { known, router: chains.routers.get(step) }),
  );
  const isDataset = needsDataset(definition);
  const dataset: Step = {
    name: datasetName,
    kind: "source",
    columns: columnsOfSource.get(datasetName) ?? [],
    ...defined({ router: chains.routers.get(datasetName) }),
  };
  const graph = {
    name,
    ...defined({ description }),
    steps: isDataset ? [dataset, ...declared] : declared,
    edges: isDataset ? [...datasetEdges(declared, chains.edges), ...chains.edges] : chains.edges,
  };
  return withAccepted(graph, definition);
}

/** True for a pipeline that has no source, so that a run must provide rows. */
export function needsDataset({ steps, edges }: PipelineDefinition): boolean {
  if (Object.hasOwn(steps, datasetName)) return false;
  const isNamed = readChains(edges).edges.some(({ from }) => from === datasetName);
  const hasSource = Object.values(steps).some(({ use }) => use === "load" || use === "sample");
  return isNamed || !hasSource;
}

/**
 * Returns the edges from the dataset; none if the definition's edges name the dataset themselves.
 */
function datasetEdges(steps: readonly Step[], edges: readonly Edge[]): readonly Edge[] {
  if (edges.some(({ from }) => from === datasetName)) return [];
  return steps
    .filter(({ name }) => edges.every(({ to }) => to !== name))
    .map(({ name }) => ({ from: datasetName, to: name }));
}
