import type { ExperimentSummary } from "../../src/index.js";
import { formatDuration } from "../../src/index.js";
import { formatCount } from "./format-count.js";
import { renderTable } from "./table.js";

/** Experiments, a line a run. */
export function renderList(summaries: readonly ExperimentSummary[], nowMs: number): string {
  const head = [
    "name",
    "state",
    "records",
    "completed",
    "failed",
    "started",
    "took",
    "data folder",
  ];
  const rows = summaries.map((summary) => [
    summary.name,
    summary.stage === undefined ? summary.state : `${summary.state} (${summary.stage})`,
    optionalCount(summary.records),
    optionalCount(summary.completed),
    optionalCount(summary.failed),
    localTime(new Date(summary.startedAt)),
    formatDuration((summary.finishedAt ?? nowMs) - summary.startedAt),
    summary.dataFolder,
  ]);
  return renderTable(head, rows);
}

function optionalCount(count: number | undefined): string {
  return count === undefined ? "-" : formatCount(count);
}

/** `2026-11-21 10:43:19`, as the user's clock shows it. */
function localTime(date: Date): string {
  const parts = (...values: number[]): string[] =>
    values.map((value) => value.toString().padStart(2, "0"));
  const day = parts(date.getFullYear(), date.getMonth() + 1, date.getDate()).join("-");
  return `${day} ${parts(date.getHours(), date.getMinutes(), date.getSeconds()).join(":")}`;
}
