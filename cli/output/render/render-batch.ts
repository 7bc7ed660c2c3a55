import type { BatchResult } from "../../../src/domain/flow/result/batch-result.js";
import { compareMetrics } from "../../../src/domain/flow/result/metrics.js";
import type { LineError } from "../../../src/domain/flow/line.js";
import type { JsonObject, JsonValue } from "../../../src/domain/json/json.js";
import { formatCount, formatCountOf } from "../format/format-count.js";
import { moneyText } from "../format/money-text.js";
import { renderTable } from "../terminal/table.js";

const mostErrors = 10;
const longestCell = 40;

/**
 * Renders the result of a batch run: counts, tokens, metrics and the first errors.
 *
 * @param folder folder with the files of the run, which is printed at the end
 */
export function renderBatchResult(result: BatchResult, folder: string): string {
  const { status, totalLines, completedLines, failedLines, systemMetrics } = result;
  const { totalTokens, promptTokens, completionTokens, duration } = systemMetrics;
  const tokens = `${formatCount(totalTokens)} tokens (${formatCount(promptTokens)} in, ${formatCount(completionTokens)} out)`;
  return [
    `${status}: ${formatCount(completedLines)} completed and ${formatCount(failedLines)} failed of ${formatCountOf(totalLines, "line")} in ${formatCount(duration)} s`,
    ...(totalTokens > 0 ? [tokens] : []),
    ...costLines(systemMetrics),
    ...metricLines(result.metrics),
    ...errorLines(result),
    folder,
  ].join("\n");
}

/** Renders the metrics of several runs, one column per run. */
export function renderBatchMetrics(
  runs: readonly { readonly name: string; readonly result: BatchResult }[],
  width?: number,
): string {
  const metrics = compareMetrics(
    runs.map(({ name, result }) => ({ name, metrics: result.metrics })),
  );
  const rows = [
    ["status", ...runs.map(({ result }) => result.status)],
    ["completed", ...runs.map(({ result }) => formatCount(result.completedLines))],
    ["failed", ...runs.map(({ result }) => formatCount(result.failedLines))],
    ["tokens", ...runs.map(({ result }) => formatCount(result.systemMetrics.totalTokens))],
    ...metrics.map(({ metric, values }) => [metric, ...values.map(cell)]),
  ];
  return renderTable(["", ...runs.map(({ name }) => name)], rows, { width });
}

export interface ShownLine {
  readonly line_number: number;
  readonly status: string;
  readonly inputs: JsonObject;
  readonly outputs?: JsonObject;
  readonly error?: LineError;
}

/**
 * Renders lines with one column per input and output.
 *
 * @param count number of all lines
 */
export function renderBatchLines(
  lines: readonly ShownLine[],
  count: number,
  width?: number,
): string {
  const inputs = namesIn(lines.map((line) => line.inputs));
  const outputs = namesIn(lines.map((line) => line.outputs ?? {}));
  const hasErrors = lines.some(({ error }) => error !== undefined);
  const head = [
    ...["line", "status"],
    ...inputs.map((name) => `inputs.${name}`),
    ...outputs.map((name) => `outputs.${name}`),
    ...(hasErrors ? ["error"] : []),
  ];
  const rows = lines.map((line) => [
    ...[line.line_number.toString(), line.status],
    ...inputs.map((name) => cell(line.inputs[name])),
    ...outputs.map((name) => cell(line.outputs?.[name])),
    ...(hasErrors ? [cut(line.error?.message ?? "")] : []),
  ]);
  const more = count - lines.length;
  const rest =
    more > 0 ? [`… and ${formatCountOf(more, "line")} more: --max-lines, or --json for all.`] : [];
  return [renderTable(head, rows, { width }), ...rest].join("\n");
}

function namesIn(objects: readonly JsonObject[]): readonly string[] {
  return [...new Set(objects.flatMap((each) => Object.keys(each)))];
}

function costLines({ cost, unknownCalls = 0 }: BatchResult["systemMetrics"]): readonly string[] {
  if (cost === undefined && unknownCalls === 0) return [];
  return [`cost ${moneyText({ cost: cost ?? 0, unknownCalls, saved: 0 })}`];
}

function metricLines(metrics: JsonObject): readonly string[] {
  return Object.entries(metrics).map(([name, value]) => `${name}: ${cell(value)}`);
}

function errorLines({ errorSummary }: BatchResult): readonly string[] {
  const { errorList, aggrErrorDict, batchErrorDict } = errorSummary;
  const more = errorList.length - mostErrors;
  return [
    ...(batchErrorDict ? [batchErrorDict.message] : []),
    ...Object.entries(aggrErrorDict).map(
      ([node, { message }]) => `aggregation ${node}: ${message}`,
    ),
    ...errorList
      .slice(0, mostErrors)
      .map(({ lineNumber, error: { type, message } }) => `line ${lineNumber}: ${type}: ${message}`),
    ...(more > 0 ? [`… and ${formatCountOf(more, "failed line")} more.`] : []),
  ];
}

function cell(value: JsonValue | undefined): string {
  if (value === undefined) return "";
  return cut(typeof value === "string" ? value : JSON.stringify(value));
}

function cut(text: string): string {
  return text.length > longestCell ? `${text.slice(0, longestCell - 1)}…` : text;
}
