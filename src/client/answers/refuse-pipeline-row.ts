import { UserError } from "../../domain/failure/user-error.js";
import { isJsonArray } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";

/**
 * Refuses to judge a row of a pipeline. It has columns at its leaves and no response, so its judge
 * would be paid for an empty answer.
 */
export function refusePipelineRow(record: JsonObject, file: string): void {
  if (!isJsonArray(record["leaves"]) || "response" in record) return;
  throw new UserError(
    `Expected answers to judge in ${JSON.stringify(file)}, found the rows of a pipeline, which have no \`response\`. Add a step to the pipeline that rates them, e.g. a structured-output step, and run it again: its answers are reused.`,
  );
}
