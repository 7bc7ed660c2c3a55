import { BatchResult } from "../../domain/flow/result/batch-result.js";
import type { JsonValue } from "../../domain/json/json.js";
import { readJson } from "../files/read-json.js";
import { runPaths } from "../run/run-folder.js";

/** An error of an aggregation. */
export interface AggregationError {
  readonly node: string;
  readonly message: string;
}

/**
 * Returns the errors of a batch run's aggregation; `undefined` if it has not failed or not ended.
 */
export async function aggregationErrors(
  directory: string,
): Promise<readonly AggregationError[] | undefined> {
  // The result is ours: only the end of a batch run writes it.
  const json = (await readJson(runPaths(directory).batchResult)) as JsonValue | undefined;
  if (json === undefined) return undefined;
  const { aggrErrorDict } = BatchResult.fromJson(json).errorSummary;
  const errors = Object.entries(aggrErrorDict).map(([node, { message }]) => ({ node, message }));
  return errors.length === 0 ? undefined : errors;
}
