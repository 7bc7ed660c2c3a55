import type { Problem } from "../../domain/graph/check/problem.js";
import type { JsonObject } from "../../domain/json/json.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { LoadDefinition } from "../../pipeline/definition/definition.js";
import { datasetName, needsDataset } from "../../pipeline/graph-of.js";
import { rowsAt } from "../hub/rows-at.js";
import type { GivenPipeline } from "./given-pipeline.js";

export interface SourceColumns {
  /** By source; sources whose definition names their columns are left out. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** Sources that can't be read. */
  readonly problems: readonly Problem[];
}

/** Reads the data of each source that declares no columns. */
export async function sourceColumns(
  { definition, folder }: GivenPipeline,
  dataset: string | undefined,
): Promise<SourceColumns> {
  const columns = new Map<string, readonly string[]>();
  const problems: Problem[] = [];
  for (const [step, given] of Object.entries(definition.steps)) {
    if (given.use !== "load" || given.columns || given.rows) continue;
    try {
      columns.set(step, await loadedColumns(given, folder));
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

async function loadedColumns({ file }: LoadDefinition, folder: string): Promise<readonly string[]> {
  if (file !== undefined) return columnsIn(rowsAt(file, folder));
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
