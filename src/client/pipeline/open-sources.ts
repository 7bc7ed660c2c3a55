import { UserError } from "../../domain/failure/user-error.js";
import type { JsonObject } from "../../domain/json/json.js";
import type {
  LoadDefinition,
  SampleDefinition,
  StepDefinition,
} from "../../pipeline/definition/definition.js";
import { sampleRows } from "../../pipeline/steps/sample/sample-rows.js";
import { rowsAt } from "../hub/rows-at.js";
import { readResult } from "../../storage/rows/read-result.js";
import type { NamedSource } from "./join-sources.js";
import type { GivenPipeline, PipelineSettings } from "./given-pipeline.js";

/** The source before a graph that has none of its own. */
const datasetName = "dataset";

interface SourceContext {
  readonly dataset: PipelineSettings["dataset"];
  /** The output folder in which earlier results are looked up. */
  readonly output: string;
}

/** Opens the sources of a pipeline, in the order of their declaration. Throws a `UserError`. */
export async function openSources(
  { definition, folder }: Pick<GivenPipeline, "definition" | "folder">,
  { dataset, output }: SourceContext,
): Promise<readonly NamedSource[]> {
  const sources = Object.entries(definition.steps).flatMap(([name, step]) =>
    isSource(step) ? [{ name, step }] : [],
  );
  if (dataset !== undefined) {
    const [source] = sources;
    if (source) throw besideSource(source.name);
    return [{ name: datasetName, rows: datasetRows(dataset) }];
  }
  if (sources.length === 0) {
    throw new UserError(
      `Expected rows for the pipeline "${definition.name}", which has no source. Give them with --data, or add a \`load\` step.`,
    );
  }
  const places = { folder, output };
  return sources.map(({ name, step }) => ({ name, rows: rowsOf(name, step, places) }));
}

function isSource(step: StepDefinition): step is LoadDefinition | SampleDefinition {
  return step.use === "load" || step.use === "sample";
}

function rowsOf(
  name: string,
  step: LoadDefinition | SampleDefinition,
  { folder, output }: { readonly folder: string; readonly output: string },
): AsyncIterable<JsonObject> {
  if (step.use === "sample") return iterated(sampleRows(step));
  if (step.rows) return iterated(step.rows);
  if (step.file !== undefined) return rowsAt(step.file, folder);
  if (step.from !== undefined) return readResult({ output }, step.from);
  throw new UserError(
    `Expected \`file\`, \`from\` or \`rows\` in the step "${name}". Give it one of them.`,
  );
}

function datasetRows(dataset: NonNullable<SourceContext["dataset"]>): AsyncIterable<JsonObject> {
  return typeof dataset === "string" ? rowsAt(dataset) : iterated(dataset);
}

async function* iterated(
  rows: Iterable<JsonObject> | AsyncIterable<JsonObject>,
): AsyncGenerator<JsonObject, void, undefined> {
  yield* rows;
}

function besideSource(name: string): UserError {
  return new UserError(
    `Expected no --data, since the pipeline has the source "${name}". Leave it out, or remove that step.`,
  );
}
