import type { ComponentChildren, JSX } from "preact";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import { valueOf, valuePrefix } from "../../domain/report/record-query.js";
import type { ReportRow } from "../../domain/report/report-row.js";
import type { RunReport } from "../../domain/report/run-report.js";
import { formatCount, formatDollars, formatMs, formatNumber, formatTime } from "../parts/format.js";

/** A column of the table. */
export interface Column {
  /** Name of the column, as in `Sort`. */
  readonly name: string;
  readonly title: string;
  /** Share of the width, or `fixed` pixels. */
  readonly width: number;
  readonly isNumber: boolean;
  readonly cell: (row: ReportRow) => ComponentChildren;
}

const plain: readonly Column[] = [
  textColumn("id", "Record", 110),
  {
    ...textColumn("status", "Status", 110),
    cell: ({ status }) => <StatusChip status={status} />,
  },
  textColumn("model", "Model", 170),
  textColumn("group", "Group", 110),
  textColumn("prompt", "Prompt", 280),
  { ...textColumn("answer", "Answer", 340), cell: (row) => <AnswerCell row={row} /> },
  textColumn("error", "Error", 140),
  numberColumn("latencyMs", "Latency", formatMs),
  numberColumn("attempts", "Calls", formatCount),
  numberColumn("inputTokens", "Tokens in", formatCount),
  numberColumn("outputTokens", "Tokens out", formatCount),
  numberColumn("cost", "Cost", formatDollars),
  numberColumn("promptLength", "Prompt length", formatCount),
  numberColumn("answerLength", "Answer length", formatCount),
  { ...numberColumn("sentAt", "Sent", formatTime), width: 190 },
];

/**
 * Returns the models of the rows. Rows of a pipeline and lines of a batch run may call several
 * models.
 */
export function modelsOfRows({ kind, models }: RunReport): readonly string[] {
  return kind === "experiment" ? models.map(({ model }) => model) : [];
}

/** Returns every column for which the run has values. */
export function columnsOf(report: RunReport): readonly Column[] {
  const { valueColumns, groups, models } = report;
  const hasMoney = models.some(({ money }) => money !== undefined);
  const hasTokens = models.some(({ tokens }) => tokens !== undefined);
  const own = plain.filter(({ name }) => {
    if (name === "group") return groups.length > 0;
    if (name === "model") return modelsOfRows(report).length > 0;
    if (name === "cost") return hasMoney;
    return hasTokens || !name.endsWith("Tokens");
  });
  return [...own, ...valueColumns.map(valueColumn)];
}

/** Returns the columns with the expected answers, with which the run's scorers compare. */
export function expectedColumns({ reproduce, valueColumns }: RunReport): readonly string[] {
  const { scorers } = reproduce.settings;
  const keys = (isJsonArray(scorers) ? scorers : []).flatMap((scorer) =>
    isJsonObject(scorer) && typeof scorer["expected"] === "string" ? [scorer["expected"]] : [],
  );
  return [...new Set(["expected_response", ...keys])].filter((key) => valueColumns.includes(key));
}

/** Returns the columns with scores and verdicts. */
export function scoreColumns({ scores, verdicts, valueColumns }: RunReport): readonly string[] {
  const scorers = new Set(scores.map(({ scorer }) => scorer));
  const names = verdicts.map(({ judge, template }) => `${judge}/${template}`);
  return valueColumns.filter((column) => scorers.has(column) || names.includes(column));
}

const usual: ReadonlySet<string> = new Set([
  "id",
  "status",
  "prompt",
  "answer",
  "latencyMs",
  "cost",
]);
const usualScores = 3;

/** Returns the columns that are shown until the user chooses others. */
export function usualColumns(report: RunReport): readonly string[] {
  const scores = scoreColumns(report)
    .slice(0, usualScores)
    .map((column) => valuePrefix + column);
  const isUsual = (name: string): boolean =>
    usual.has(name) ||
    scores.includes(name) ||
    (name === "model" && modelsOfRows(report).length > 1);
  return columnsOf(report)
    .map(({ name }) => name)
    .filter(isUsual);
}

function textColumn(name: string, title: string, width: number): Column {
  return { name, title, width, isNumber: false, cell: (row) => valueText(valueOf(row, name)) };
}

function numberColumn(name: string, title: string, format: (value: number) => string): Column {
  const cell = (row: ReportRow): string => {
    const value = valueOf(row, name);
    return typeof value === "number" ? format(value) : "";
  };
  return { name, title, width: 100, isNumber: true, cell };
}

function valueColumn(column: string): Column {
  const name = valuePrefix + column;
  return {
    name,
    title: column,
    width: 120,
    isNumber: false,
    cell: (row) => valueText(valueOf(row, name)),
  };
}

function valueText(value: ReturnType<typeof valueOf>): string {
  if (value === undefined) return "";
  return typeof value === "number" ? formatNumber(value) : String(value);
}

export function StatusChip({ status }: Pick<ReportRow, "status">): JSX.Element {
  return <span class={`chip small state-${status}`}>{status}</span>;
}

function AnswerCell({ row: { answer, error } }: { readonly row: ReportRow }): JSX.Element {
  if (answer !== "" || !error) return <>{answer}</>;
  return (
    <span class="error-text">
      {error.type}: {error.message}
    </span>
  );
}
