import { defined } from "../../../src/domain/defined.js";
import type { BatchLine } from "../../../src/storage/batch/batch-lines.js";
import type { ShownLine } from "../../output/render/render-batch.js";

/** Returns a line with its inputs and outputs, as the commands show it. */
export function shownLine({ number, inputs, end }: BatchLine): ShownLine {
  const status = end.status === "completed" ? "Completed" : "Failed";
  const { output: outputs, error } = end;
  return { line_number: number, status, inputs, ...defined({ outputs, error }) };
}
