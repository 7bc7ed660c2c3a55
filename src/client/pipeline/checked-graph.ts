import { UserError } from "../../domain/failure/user-error.js";
import type { Graph } from "../../domain/graph/graph.js";
import { checkPipeline } from "../../pipeline/check-pipeline.js";
import type { PipelineDefinition } from "../../pipeline/definition/definition.js";
import { graphOf } from "../../pipeline/graph-of.js";
import type { KeptColumns } from "../../storage/run/pipeline/kept-pipeline.js";
import type { SeenColumns } from "./join-sources.js";

export interface KnownColumns {
  readonly seen: SeenColumns;
  /** Columns of each function, by its `use`, e.g. `./steps.ts#words`. */
  readonly functions: ReadonlyMap<string, KeptColumns>;
}

/** Returns the graph of a pipeline. Throws a `UserError` with every problem of its check. */
export function checkedGraph(
  definition: PipelineDefinition,
  { seen, functions }: KnownColumns,
  { apis }: { readonly apis: readonly string[] },
): { readonly graph: Graph; readonly warnings: readonly string[] } {
  const columnsOfSource = columnsOf(seen);
  const { problems, warnings } = checkPipeline(definition, {
    columnsOfSource,
    functions,
    apis,
  });
  if (problems.length > 0) {
    const lines = problems.map(({ message }) => `  ${message}`);
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    throw new UserError(
      `Found ${count} in the pipeline "${definition.name}":\n${lines.join("\n")}\nNothing was sent.`,
    );
  }
  const graph = graphOf(definition, columnsOfSource, functions);
  return { graph, warnings: warnings.map(({ message }) => message) };
}

export function columnsOf(seen: SeenColumns): ReadonlyMap<string, readonly string[]> {
  return new Map([...seen].map(([name, columns]) => [name, [...columns]]));
}
