import type { StageStatus } from "../../../src/client/status/stage-status.js";
import { formatCount } from "./format-count.js";

/**
 * Formats a stage as `judge-pilot: running, 12 completed, 0 failed of 40`. Unknown parts are
 * omitted.
 */
export function stageText({ name, state, records, completed, failed }: StageStatus): string {
  const counts =
    completed === undefined || failed === undefined
      ? ""
      : `, ${formatCount(completed)} completed, ${formatCount(failed)} failed`;
  const total = records === undefined ? "" : ` of ${formatCount(records)}`;
  return `${name}: ${state}${counts}${counts === "" && total !== "" ? "," : ""}${total}`;
}
