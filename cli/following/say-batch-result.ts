import { batchResultIn } from "../../src/client/batch/read-batch-result.js";
import type { ExperimentStatus } from "../../src/client/status/status.js";
import type { BatchResult } from "../../src/domain/flow/result/batch-result.js";
import { jsonLine } from "../output/format/json.js";
import { renderBatchResult } from "../output/render/render-batch.js";
import type { Terminal } from "../output/terminal/terminal.js";

interface ResultSettings {
  readonly json: boolean;
  /** Folder to which its files are copied. */
  readonly copyResultTo: string | undefined;
}

/**
 * Prints the result of a batch run that has ended.
 *
 * @returns whether all of it has succeeded; `undefined` if there is no result of a batch run
 */
export async function sayBatchResult(
  { directory }: Pick<ExperimentStatus, "directory">,
  { json, copyResultTo }: ResultSettings,
  terminal: Terminal,
): Promise<{ readonly isWhole: boolean } | undefined> {
  const found = directory === undefined ? undefined : await batchResultIn(directory);
  if (!found) return undefined;
  if (copyResultTo !== undefined) await found.copyTo(copyResultTo);
  if (json) await terminal.data(jsonLine({ type: "result", ...found.json }));
  else await terminal.data(renderBatchResult(found.result, copyResultTo ?? found.folder));
  return { isWhole: isWhole(found.result) };
}

/** False if the run has ended early or its aggregation has failed, although no line has. */
function isWhole({ status, errorSummary }: BatchResult): boolean {
  return status === "Completed" && Object.keys(errorSummary.aggrErrorDict).length === 0;
}
