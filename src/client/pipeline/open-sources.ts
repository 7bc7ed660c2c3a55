import { defined } from "../../domain/defined.js";
import { UserError } from "../../domain/failure/user-error.js";
import { sourceGroups } from "../../domain/graph/source-groups.js";
import type { JsonObject } from "../../domain/json/json.js";
import type {
  LoadDefinition,
  SampleDefinition,
  StepDefinition,
} from "../../pipeline/definition/definition.js";
import { graphOf } from "../../pipeline/graph-of.js";
import { sampleRows } from "../../pipeline/steps/sample/sample-rows.js";
import { rowsAt } from "../hub/rows-at.js";
import { iterated, loadedRows } from "./loaded-rows.js";
import type { NamedSource } from "./join-sources.js";
import type { GivenPipeline, PipelineSettings } from "./given-pipeline.js";

/** Name of the source for a graph that declares no source. */
const datasetName = "dataset";

interface SourceContext {
  readonly dataset: PipelineSettings["dataset"];
  /** Output folder with earlier results. */
  readonly output: string;
}

/**
 * Opens the sources of a pipeline, in the order of their declaration. Throws a `UserError` for a
 * source that cannot be read.
 */
export async function openSources(
  { definition, folder, schemas }: GivenPipeline,
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
  const places = { folder, output, schemas, maxCandidates: definition.max_candidates };
  const groups = sourceGroups(graphOf(definition));
  return sources.map(({ name, step }) => ({
    name,
    rows: rowsOf(name, step, places),
    ...defined({ group: groups.get(name) }),
  }));
}

function isSource(step: StepDefinition): step is LoadDefinition | SampleDefinition {
  return step.use === "load" || step.use === "sample";
}

interface SourcePlaces {
  readonly folder: string;
  readonly output: string;
  readonly schemas: GivenPipeline["schemas"];
  readonly maxCandidates: number | undefined;
}

function rowsOf(
  name: string,
  step: LoadDefinition | SampleDefinition,
  { folder, output, schemas, maxCandidates }: SourcePlaces,
): AsyncIterable<JsonObject> {
  if (step.use === "sample") return sampledRows(step, { folder, maxCandidates });
  return loadedRows(name, step, { folder, output, schema: schemas?.[name] });
}

async function* sampledRows(
  step: SampleDefinition,
  { folder, maxCandidates }: Pick<SourcePlaces, "folder" | "maxCandidates">,
): AsyncGenerator<JsonObject, void, undefined> {
  const drawn: JsonObject[] = [];
  if (step.draw) for await (const row of rowsAt(step.draw.file, { folder })) drawn.push(row);
  yield* sampleRows(step, { maxCandidates, drawn });
}

function datasetRows(dataset: NonNullable<SourceContext["dataset"]>): AsyncIterable<JsonObject> {
  return typeof dataset === "string" ? rowsAt(dataset) : iterated(dataset);
}

function besideSource(name: string): UserError {
  return new UserError(
    `Expected no --data, since the pipeline has the source "${name}". Leave it out, or remove that step.`,
  );
}
