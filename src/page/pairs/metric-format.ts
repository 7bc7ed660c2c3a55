import { lessIsBetter } from "../../domain/report/pair-change.js";
import type { MetricKind, PairMetric } from "../../domain/report/pair-report.js";
import { formatDollars, formatMs, formatNumber } from "../parts/format.js";

const titles: Readonly<Partial<Record<MetricKind, string>>> = {
  failed: "Failed records",
  cost: "Cost",
  latencyMs: "Latency",
  inputTokens: "Input tokens",
  outputTokens: "Output tokens",
};

export function metricTitle({ kind, name }: Pick<PairMetric, "kind" | "name">): string {
  return titles[kind] ?? name;
}

export function formatMetric(kind: MetricKind, value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  switch (kind) {
    case "failed":
      return `${sign}${formatNumber(100 * size)} %`;
    case "cost":
      return `${sign}${formatDollars(size)}`;
    case "latencyMs":
      return `${sign}${formatMs(size)}`;
    case "score":
    case "verdict":
    case "inputTokens":
    case "outputTokens":
      return `${sign}${formatNumber(size)}`;
  }
}

/** Formats a difference with its sign. The difference of two shares is in percentage points. */
export function formatDifference(kind: MetricKind, difference: number): string {
  const text = formatMetric(kind, difference).replace(" %", " points");
  return `${difference > 0 ? "+" : ""}${text}`;
}

/** Trend of a metric. `unclear`: the interval of the difference contains 0, or is unknown. */
export type Trend = "worse" | "better" | "unclear";

export function trendOf({ kind, interval }: Pick<PairMetric, "kind" | "interval">): Trend {
  if (!interval || (interval.low <= 0 && interval.high >= 0)) return "unclear";
  return interval.low > 0 === lessIsBetter(kind) ? "worse" : "better";
}
