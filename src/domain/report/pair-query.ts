import {
  changeOf,
  differenceOf,
  isChanged,
  lessIsBetter,
  overallDifference,
} from "./pair-change.js";
import type { PairChange } from "./pair-change.js";
import type { PairMetric, PairRow } from "./pair-report.js";
import { searchTextOf, wordsOf } from "./record-query.js";

/** A filter for pairs and their order. */
export interface PairQuery {
  /** Words that all occur in the texts of a pair. Case is ignored. */
  readonly search: string;
  readonly show: PairFilter;
  readonly order: PairOrder;
  /** Metric for worse and better, as `kind:name`. @default all scores and verdicts */
  readonly metric?: string | undefined;
}

export const pairFilters = ["all", "worse", "better", "changed", "failed-in-one"] as const;
/** Filter by change. `changed` means another answer or status, worse or better. */
export type PairFilter = (typeof pairFilters)[number];

export const pairOrders = ["worse", "better", "input"] as const;
/**
 * Order of pairs. `worse` and `better` put such pairs first. `input` is the order of the first
 * input.
 */
export type PairOrder = (typeof pairOrders)[number];

export const everyPair: PairQuery = { search: "", show: "all", order: "worse" };

/** Returns the name of a metric in a query. */
export function metricKey({ kind, name }: Pick<PairMetric, "kind" | "name">): string {
  return `${kind}:${name}`;
}

/** A pair with the facts for a query. */
export interface RatedPair {
  readonly row: PairRow;
  readonly change: PairChange;
  /** Gain; negative for a loss. Absent without a number in both records. */
  readonly gain?: number | undefined;
}

/** Rates pairs by the metric of the query. */
export function ratePairs(
  rows: readonly PairRow[],
  metrics: readonly PairMetric[],
  wanted: string | undefined,
): readonly RatedPair[] {
  const metric = metrics.find((each) => metricKey(each) === wanted);
  if (!metric) {
    return rows.map((row) => ({
      row,
      change: changeOf(row, metrics),
      gain: overallDifference(row, metrics),
    }));
  }
  const sign = lessIsBetter(metric.kind) ? -1 : 1;
  return rows.map((row) => {
    const difference = differenceOf(row, metric);
    const gain = difference === undefined ? undefined : sign * difference;
    return { row, change: changeBy(row, gain ?? 0), gain };
  });
}

function changeBy(row: PairRow, gain: number): PairChange {
  if (gain !== 0) return gain < 0 ? "worse" : "better";
  return isChanged(row) ? "changed" : "same";
}

/**
 * Returns the pairs that match a query, in its order. `textOf` returns the text of a pair for a
 * search.
 */
export function choosePairs(
  pairs: readonly RatedPair[],
  query: PairQuery,
  textOf: (row: PairRow) => string = pairText,
): readonly RatedPair[] {
  const words = wordsOf(query);
  const chosen = pairs.filter(
    (pair) => isShown(pair, query.show) && words.every((word) => textOf(pair.row).includes(word)),
  );
  return query.order === "input" ? chosen : chosen.sort(compareBy(query.order));
}

/** Returns the text of a pair for a search, in lower case. */
export function pairText({ first, second }: PairRow): string {
  return `${searchTextOf(first)}\n${searchTextOf(second)}`;
}

function isShown({ row, change }: RatedPair, show: PairFilter): boolean {
  switch (show) {
    case "all":
      return true;
    case "worse":
      return isWorse(change);
    case "better":
      return isBetter(change);
    case "changed":
      return isChanged(row);
    case "failed-in-one":
      return isFailedInOne(row);
  }
}

export function isWorse(change: PairChange): boolean {
  return change === "worse" || change === "newly-failed";
}

function isBetter(change: PairChange): boolean {
  return change === "better" || change === "recovered";
}

function isFailedInOne({ first, second }: PairRow): boolean {
  return (first.status === "failed") !== (second.status === "failed");
}

/** Returns the number of pairs that each filter shows. */
export function countPairs(pairs: readonly RatedPair[]): Readonly<Record<PairFilter, number>> {
  const counts = { all: pairs.length, worse: 0, better: 0, changed: 0, "failed-in-one": 0 };
  for (const pair of pairs) {
    for (const filter of pairFilters) {
      if (filter !== "all" && isShown(pair, filter)) counts[filter] += 1;
    }
  }
  return counts;
}

const ranks: Readonly<Record<PairChange, number>> = {
  "newly-failed": 0,
  worse: 1,
  changed: 2,
  better: 3,
  recovered: 4,
  same: 5,
};

/**
 * Compares pairs by gain. Pairs without a change come last in both orders. Equal pairs keep the
 * order of the input.
 */
function compareBy(order: "worse" | "better"): (one: RatedPair, other: RatedPair) => number {
  const sign = order === "worse" ? 1 : -1;
  return (one, other) => {
    if (one.change === "same" || other.change === "same") {
      return Number(one.change === "same") - Number(other.change === "same") || byInput(one, other);
    }
    const byRank = ranks[one.change] - ranks[other.change];
    const byGain = (one.gain ?? 0) - (other.gain ?? 0);
    return sign * (byRank || byGain) || byInput(one, other);
  };
}

function byInput({ row: one }: RatedPair, { row: other }: RatedPair): number {
  return one.index - other.index;
}
