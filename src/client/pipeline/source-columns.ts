import type { Problem } from "../../domain/graph/check/problem.js";
import type { JsonObject } from "../../domain/json/json.js";
import { UserError } from "../../domain/failure/user-error.js";
import type {
  LoadDefinition,
  SampleDefinition,
  StepDefinition,
} from "../../pipeline/definition/definition.js";
import { datasetName, needsDataset } from "../../pipeline/graph-of.js";
import { schemaColumns } from "../../pipeline/steps/graph-step.js";
import { rowsAt } from "../hub/rows-at.js";
import type { LoadPlaces } from "./loaded-rows.js";
import { loadedRows } from "./loaded-rows.js";
import type { GivenPipeline } from "./given-pipeline.js";

export interface SourceColumns {
  /** Columns by source. Sources whose definition declares their columns are left out. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** Problems with sources that cannot be read. */
  readonly problems: readonly Problem[];
}

/** Reads the data of each source that declares no columns. */
export async function sourceColumns(
  { definition, folder, schemas }: GivenPipeline,
  dataset: string | undefined,
): Promise<SourceColumns> {
  const columns = new Map<string, readonly string[]>();
  const problems: Problem[] = [];
  for (const [step, given] of Object.entries(definition.steps)) {
    const schema = schemas?.[step] ?? (given.use === "load" ? given.schema : undefined);
    const declared = schemaColumns(schema);
    if (declared) columns.set(step, declared);
    if (!isRead(given, schema)) continue;
    try {
      columns.set(step, await readColumns(step, given, { folder, schema }));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push({ step, message: `The step "${step}": ${error.message}` });
    }
  }
  if (dataset !== undefined) {
    if (!needsDataset(definition)) {
      problems.push({
        message: "The pipeline has a source of its own, so it takes no dataset. Leave out --data.",
      });
    } else {
      columns.set(datasetName, await columnsIn(rowsAt(dataset)));
    }
  }
  return { columns, problems };
}

/** True if a source must be read to find its columns or to compare its rows with a schema. */
function isRead(
  step: StepDefinition,
  schema: JsonObject | undefined,
): step is LoadDefinition | SampleDefinition {
  if (step.use === "sample") return step.draw !== undefined;
  if (step.use !== "load") return false;
  const isKnown = step.columns !== undefined || schemaColumns(schema) !== undefined;
  // The rows of a function or of an earlier result are read by a run, not by a check.
  if (step.function !== undefined || step.from !== undefined) return !isKnown;
  return schema !== undefined || !(isKnown || step.rows);
}

async function readColumns(
  name: string,
  step: LoadDefinition | SampleDefinition,
  places: LoadPlaces,
): Promise<readonly string[]> {
  if (step.use === "sample") return columnsIn(rowsAt(step.draw?.file ?? "", places));
  if (step.from === undefined) return columnsIn(loadedRows(name, step, places));
  throw new UserError(
    "the columns of an earlier result are not known before. Name them: `columns: [column]`.",
  );
}

async function columnsIn(rows: AsyncIterable<JsonObject>): Promise<readonly string[]> {
  const columns = new Set<string>();
  for await (const row of rows) {
    for (const column of Object.keys(row)) columns.add(column);
  }
  return [...columns];
}
