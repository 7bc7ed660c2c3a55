import type { MetricKind, PairMetric, PairRow } from "./pair-report.js";
import type { ReportRow } from "./report-row.js";

/**
 * Change of a pair. `newly-failed` counts as worse and `recovered` as better, for any scores.
 * `changed` means another answer that is neither worse nor better.
 */
export type PairChange = "newly-failed" | "worse" | "changed" | "better" | "recovered" | "same";

/** The part of a metric that selects its number in a row. */
type MetricName = Pick<PairMetric, "kind" | "name">;

export function changeOf(row: PairRow, metrics: readonly PairMetric[]): PairChange {
  const { first, second } = row;
  if (first.status !== "failed" && second.status === "failed") return "newly-failed";
  if (first.status === "failed" && second.status !== "failed") return "recovered";
  const difference = overallDifference(row, metrics) ?? 0;
  if (difference !== 0) return difference < 0 ? "worse" : "better";
  return isChanged(row) ? "changed" : "same";
}

/** True if the answer or the status differs. Two failures count as unchanged. */
export function isChanged({ first, second }: PairRow): boolean {
  if (first.status !== second.status) return true;
  return first.status !== "failed" && first.answer !== second.answer;
}

/**
 * Tolerance for the rounding of floating-point numbers. Half a change in a million scores is
 * larger.
 */
const noise = 1e-9;

/**
 * Returns the mean of a pair's differences in scores and verdicts, each as a share of the metric's
 * largest difference. −1 is the largest possible loss, 1 the largest possible gain. `undefined`
 * without a score.
 */
export function overallDifference(
  row: PairRow,
  metrics: readonly PairMetric[],
): number | undefined {
  const shares = metrics.flatMap((metric) => {
    if (lessIsBetter(metric.kind)) return [];
    const difference = differenceOf(row, metric);
    if (difference === undefined) return [];
    return [metric.largest === 0 ? 0 : difference / metric.largest];
  });
  if (shares.length === 0) return undefined;
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return Math.abs(mean) < noise ? 0 : mean;
}

/** Returns the difference second − first of a metric; `undefined` if a record lacks the number. */
export function differenceOf(row: PairRow, metric: MetricName): number | undefined {
  const first = numberOf(row.first, metric);
  const second = numberOf(row.second, metric);
  return first === undefined || second === undefined ? undefined : second - first;
}

export function lessIsBetter(kind: MetricKind): boolean {
  return kind !== "score" && kind !== "verdict";
}

/**
 * Returns a record's number. A reused answer has no time and no cost, because this run did not ask
 * for it.
 */
export function numberOf(row: ReportRow, { kind, name }: MetricName): number | undefined {
  if (kind === "failed") return Number(row.status === "failed");
  if (kind === "score" || kind === "verdict") return scoreOf(row, name);
  if (row.reused || (kind === "latencyMs" && row.status === "failed")) return undefined;
  return row[kind];
}

function scoreOf({ values }: ReportRow, name: string): number | undefined {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return typeof value === "number" || typeof value === "boolean" ? Number(value) : undefined;
}
