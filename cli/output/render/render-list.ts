import type { ExperimentSummary } from "../../../src/client/list/known-experiments.js";
import { formatDuration } from "../../../src/settings/duration.js";
import { formatCount, formatCountOf } from "../format/format-count.js";
import { sumOfSpending } from "../../../src/domain/money/spending.js";
import { formatMoment } from "../format/format-moment.js";
import { moneyText, shortCost } from "../format/money-text.js";
import { renderTable } from "../terminal/table.js";

/** Renders experiments, one line per run. */
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
    stateOf(summary),
    ...(isStaged ? [stagesOf(summary)] : []),
    optionalCount(summary.records),
    optionalCount(summary.completed),
    optionalCount(summary.failed),
    ...(isPaid ? [costOf(summary)] : []),
    startOf(summary, nowMs),
    formatDuration((summary.finishedAt ?? nowMs) - summary.startedAt),
    summary.dataFolder,
  ]);
  const table = renderTable(head, rows, {
    width,
    optional: ["data folder", "took"],
    expendable: ["stages"],
  });
  return [table, ...totalOf(summaries)].join("\n");
}

/** Returns the cost of all listed runs, if several runs have a cost. */
function totalOf(summaries: readonly ExperimentSummary[]): readonly string[] {
  const paid = summaries.flatMap(({ spending }) => spending ?? []);
  if (paid.length < 2) return [];
  return [`Cost of ${formatCountOf(paid.length, "run")}: ${moneyText(sumOfSpending(paid))}`];
}

/**
 * Returns the state, e.g. `running (judge)` or `finished (aggregation failed)`. Without a worker,
 * nothing happens in any state, so the text says so.
 */
function stateOf({ state, stage, workerAnswers, aggregationFailed }: ExperimentSummary): string {
  const facts = [
    ...(aggregationFailed === true ? ["aggregation failed"] : []),
    ...(stage === undefined ? [] : [stage]),
    ...(workerAnswers === false ? ["no worker"] : []),
  ];
  return facts.length === 0 ? state : `${state} (${facts.join(", ")})`;
}

/**
 * Formats the start as `Nov 29 15:16`, or with the whole date if it was in another year. The short
 * form leaves room for the stages.
 */
function startOf({ startedAt }: ExperimentSummary, nowMs: number): string {
  const date = new Date(startedAt);
  const moment = formatMoment(startedAt).slice(0, -3);
  if (date.getFullYear() !== new Date(nowMs).getFullYear()) return moment;
  const month = date.toLocaleString("en-US", { month: "short" });
  return `${month} ${moment.slice("2026-11-".length)}`;
}

function optionalCount(count: number | undefined): string {
  return count === undefined ? "-" : formatCount(count);
}

/**
 * Returns the stages, e.g. `rephrase, main, judge`, or `main, 2 segments` for a pipeline with
 * global steps.
 */
function stagesOf({ stages = [] }: ExperimentSummary): string {
  const segments = stages.filter((kind) => kind === "segment").length;
  const others: string[] = stages.filter((kind) => kind !== "segment");
  if (segments > 0) others.push(formatCountOf(segments, "segment"));
  return others.length === 0 ? "-" : others.join(", ");
}

function costOf({ spending }: ExperimentSummary): string {
  return spending ? shortCost(spending) : "-";
}
