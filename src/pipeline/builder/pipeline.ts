import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { defined } from "../../domain/defined.js";
import { checkGraph } from "../../domain/graph/check/check-graph.js";
import { drawGraph } from "../../domain/graph/draw.js";
import { UserError } from "../../domain/failure/user-error.js";
import { pipelineMark } from "../code/user-function.js";
import type { ModulePipeline, UserFunction } from "../code/user-function.js";
import { dumpPipeline } from "../definition/definition-text.js";
import type { PipelineDefinition } from "../definition/definition.js";
import { withModule } from "../definition/with-module.js";
import { graphOf } from "../graph-of.js";
import { schemaColumns } from "../steps/graph-step.js";
import { Draft } from "./draft.js";
import { PipelineBuilder } from "./pipeline-builder.js";

export interface PipelineOptions {
  readonly description?: string;
  /**
   * `import.meta.url` of the module whose default export is the pipeline. `definition` and
   * `toYaml()` need it for a pipeline with functions. The runner knows the path of the module and
   * does not need it.
   */
  readonly module?: string;
  /** Number of accepted rows after which the run ends. */
  readonly target?: number;
  /**
   * A Jinja expression over the rows of the leaf, such as `score >= 4`. @default every row is
   * accepted
   */
  readonly accept?: string;
  /** Maximum number of source rows to try. @default all */
  readonly maxCandidates?: number;
}

type Build = (p: PipelineBuilder) => unknown;

/** A pipeline. Make it the default export of its module, so that it can be run. */
export interface Pipeline {
  readonly name: string;
  readonly definition: PipelineDefinition;
  /** Returns the graph as a mermaid flowchart, with the columns as labels of its edges. */
  readonly toMermaid: () => string;
  readonly toYaml: () => string;
  readonly [pipelineMark]: ModulePipeline;
}

/** Makes a pipeline: `pipeline("name", (p) => p.load("load", jsonl("rows.jsonl")).to(…))`. */
export function pipeline(name: string, build: Build): Pipeline;
export function pipeline(name: string, options: PipelineOptions, build: Build): Pipeline;
export function pipeline(
  name: string,
  ...rest: readonly [Build] | readonly [PipelineOptions, Build]
): Pipeline {
  const [options, build] = rest.length === 1 ? [{}, rest[0]] : rest;
  const draft = new Draft();
  build(new PipelineBuilder(draft));
  const { description, target, accept, maxCandidates } = options;
  const raw = draft.definition(
    name,
    defined({ description, target, accept, max_candidates: maxCandidates }),
  );
  const definition = (): PipelineDefinition => named(raw, options.module, draft.functions);
  return {
    name,
    get definition() {
      return definition();
    },
    toMermaid: () => mermaidOf(raw, draft),
    toYaml: () => dumpPipeline(definition()),
    // A definition is JSON, except for its readonly types.
    [pipelineMark]: {
      definition: raw as unknown as ModulePipeline["definition"],
      functions: draft.functions,
      schemas: Object.fromEntries(draft.schemas),
    },
  };
}

function named(
  raw: PipelineDefinition,
  module: string | undefined,
  functions: ReadonlyMap<string, UserFunction>,
): PipelineDefinition {
  if (functions.size === 0) return raw;
  if (module === undefined) {
    throw new UserError(
      `The pipeline "${raw.name}" has functions, and their names need its module. Give it: pipeline("${raw.name}", { module: import.meta.url }, …).`,
    );
  }
  return withModule(raw, `./${basename(fileURLToPath(module))}`);
}

function mermaidOf(
  raw: PipelineDefinition,
  { functions, schemas }: Pick<Draft, "functions" | "schemas">,
): string {
  const facts = new Map([...functions].map(([name, given]) => [`#${name}`, given.facts]));
  const columns = [...schemas].map(
    ([name, schema]) => [name, schemaColumns(schema) ?? []] as const,
  );
  const graph = graphOf(raw, new Map(columns), facts);
  return drawGraph(graph, { columns: checkGraph(graph).columns });
}
