import type { ExperimentSummary } from "../../../src/client/list/known-experiments.js";
import { formatDuration } from "../../../src/settings/duration.js";
import { formatCount, formatCountOf } from "../format/format-count.js";
import { formatMoney } from "../../../src/domain/money/format-money.js";
import { formatMoment } from "../format/format-moment.js";
import { renderTable } from "../terminal/table.js";

/** Experiments, one line per run. */
export function renderList(
  summaries: readonly ExperimentSummary[],
  nowMs: number,
  width?: number,
): string {
  const isPaid = summaries.some(({ spending }) => spending !== undefined);
  const isStaged = summaries.some(({ stages }) => stages !== undefined);
  const head = [
    "name",
    "state",
    ...(isStaged ? ["stages"] : []),
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
    ...(isStaged ? [stagesOf(summary)] : []),
    optionalCount(summary.records),
    optionalCount(summary.completed),
    optionalCount(summary.failed),
    ...(isPaid ? [costOf(summary)] : []),
    formatMoment(summary.startedAt).slice(0, -3),
    formatDuration((summary.finishedAt ?? nowMs) - summary.startedAt),
    summary.dataFolder,
  ]);
  return renderTable(head, rows, {
    width,
    optional: ["data folder", "took"],
    expendable: ["stages"],
  });
}

function optionalCount(count: number | undefined): string {
  return count === undefined ? "-" : formatCount(count);
}

/** `rephrase, main, judge`; `main, 2 segments` for a pipeline with global steps. */
function stagesOf({ stages = [] }: ExperimentSummary): string {
  const segments = stages.filter((kind) => kind === "segment").length;
  const others: string[] = stages.filter((kind) => kind !== "segment");
  if (segments > 0) others.push(formatCountOf(segments, "segment"));
  return others.length === 0 ? "-" : others.join(", ");
}

/** A plus stands for calls of unknown price. */
function costOf({ spending }: ExperimentSummary): string {
  if (!spending) return "-";
  return `${formatMoney(spending.cost)}${spending.unknownCalls > 0 ? "+" : ""}`;
}
