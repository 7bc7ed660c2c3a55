import type { ExperimentSummary } from "../../../src/client/status/list-experiments.js";
import { formatDuration } from "../../../src/settings/duration.js";
import { formatCount } from "../format/format-count.js";
import { formatMoney } from "../../../src/domain/money/format-money.js";
import { formatMoment } from "../format/format-moment.js";
import { renderTable } from "../terminal/table.js";

/** Experiments, one line per run. */
export function renderList(summaries: readonly ExperimentSummary[], nowMs: number): string {
  const isPaid = summaries.some(({ spending }) => spending !== undefined);
  const head = [
    "name",
    "state",
    "records",
    "completed",
    "failed",
    ...(isPaid ? ["cost"] : []),
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
    ...(isPaid ? [costOf(summary)] : []),
    formatMoment(summary.startedAt),
    formatDuration((summary.finishedAt ?? nowMs) - summary.startedAt),
    summary.dataFolder,
  ]);
  return renderTable(head, rows);
}

function optionalCount(count: number | undefined): string {
  return count === undefined ? "-" : formatCount(count);
}

/** A plus stands for calls of unknown price. */
function costOf({ spending }: ExperimentSummary): string {
  if (!spending) return "-";
  return `${formatMoney(spending.cost)}${spending.unknownCalls > 0 ? "+" : ""}`;
}
