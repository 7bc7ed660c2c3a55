import { UserError } from "../../domain/failure/user-error.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";

/**
 * Refuses to judge a row of a pipeline or a line of a batch run. Neither has a response, so the
 * judge would be paid for an empty answer.
 */
export function refuseRow(record: JsonObject, file: string): void {
  if ("response" in record) return;
  const remedy = "that rates them, and run it again: its answers are reused.";
  if (isJsonArray(record["leaves"])) {
    throw refusal(file, "rows of a pipeline", `Add a step to the pipeline ${remedy}`);
  }
  if (isJsonObject(record["inputs"]) && record["line_number"] !== undefined) {
    throw refusal(file, "lines of a batch run", `Add a node or a call to the flow ${remedy}`);
  }
}

function refusal(file: string, found: string, remedy: string): UserError {
  return new UserError(
    `Expected answers to judge in ${JSON.stringify(file)}, found the ${found}, which have no \`response\`. ${remedy}`,
  );
}
