import { computed } from "../../domain/computed.js";
import { lessIsBetter, numberOf } from "../../domain/report/pair-change.js";
import { countPairs, ratePairs } from "../../domain/report/pair-query.js";
import type {
  LabelChange,
  MetricKind,
  PairMetric,
  PairRecord,
  PairReport,
  PairRow,
  UnpairedRecords,
} from "../../domain/report/pair-report.js";
import { createPairedSample } from "../../domain/statistics/paired-sample.js";
import { embeddedRow } from "../html/embedded-blocks.js";
import { joinRecords } from "./join-records.js";
import type { SideRecords } from "./join-records.js";

/** The figures about pairs, without those of each side. */
export type PairFigures = Omit<PairReport, "first" | "second" | "settings">;

export interface ComparedRecords {
  readonly figures: PairFigures;
  readonly pairs: readonly PairRecord[];
}

/** Compares the records of two sides. */
export function compareRecords(first: SideRecords, second: SideRecords): ComparedRecords {
  const { pairs, scorers, onlyFirst, onlySecond, ...join } = joinRecords(first, second);
  const rows = pairs.map(pairRow);
  const metrics = metricsOf(rows, namesOf(pairs, scorers));
  const rated = ratePairs(rows, metrics, undefined);
  const { worse, better, "failed-in-one": failedInOne } = countPairs(rated);
  const changed = rated.filter(({ change }) => change === "changed").length;
  const figures = {
    ...join,
    pairs: pairs.length,
    onlyFirst: unpaired(onlyFirst),
    onlySecond: unpaired(onlySecond),
    changes: { worse, changed, better, same: pairs.length - worse - changed - better },
    failedInOne,
    metrics,
    labels: labelChanges(pairs),
  };
  return { figures, pairs };
}

/** Returns the row of a pair, without the details of its records. */
export function pairRow({ first, second }: PairRecord, index: number): PairRow {
  return { index, first: embeddedRow(first).row, second: embeddedRow(second).row };
}

const examples = 20;

function unpaired(labels: readonly string[]): UnpairedRecords {
  return { count: labels.length, examples: labels.slice(0, examples) };
}

type MetricName = Pick<PairMetric, "kind" | "name">;

const plainKinds = ["failed", "cost", "latencyMs", "inputTokens", "outputTokens"] as const;

function namesOf(pairs: readonly PairRecord[], scorers: readonly string[]): readonly MetricName[] {
  const verdicts = new Set<string>();
  for (const { first, second } of pairs) {
    for (const { judge, template, verdict } of [...first.verdicts, ...second.verdicts]) {
      if (typeof verdict === "number") verdicts.add(`${judge}/${template}`);
    }
  }
  const named = (kind: MetricKind, names: Iterable<string>): readonly MetricName[] =>
    [...names].map((name) => ({ kind, name }));
  return [
    ...named("score", scorers),
    ...named("verdict", verdicts),
    ...plainKinds.flatMap((kind) => named(kind, [kind])),
  ];
}

/** Returns the metrics. Metrics without a number in both records of any pair are left out. */
function metricsOf(rows: readonly PairRow[], names: readonly MetricName[]): readonly PairMetric[] {
  const metrics = names.flatMap((name) => metricOf(rows, name) ?? []);
  const rated = metrics.filter(({ kind }) => !lessIsBetter(kind));
  return [
    ...rated.sort((one, other) => one.difference - other.difference),
    ...metrics.filter(({ kind }) => lessIsBetter(kind)),
  ];
}

function metricOf(rows: readonly PairRow[], metric: MetricName): PairMetric | undefined {
  const sample = createPairedSample();
  const counts = { less: 0, same: 0, more: 0 };
  let largest = 0;
  for (const row of rows) {
    const first = numberOf(row.first, metric);
    const second = numberOf(row.second, metric);
    if (first === undefined || second === undefined) continue;
    sample.add(first, second);
    largest = Math.max(largest, Math.abs(second - first));
    counts[first === second ? "same" : second < first ? "less" : "more"] += 1;
  }
  const estimate = sample.estimate();
  if (!estimate) return undefined;
  const { count: compared, ...means } = estimate;
  const { less, same, more } = counts;
  const [worse, better] = lessIsBetter(metric.kind) ? [more, less] : [less, more];
  const unscored = rows.length - compared;
  return { ...metric, compared, ...means, worse, same, better, unscored, largest };
}

/** Returns the changes of verdicts that are words, the most frequent first. */
function labelChanges(pairs: readonly PairRecord[]): readonly LabelChange[] {
  const changes = new Map<string, { -readonly [Key in keyof LabelChange]: LabelChange[Key] }>();
  for (const { first, second } of pairs) {
    for (const { judge, template, verdict: to } of second.verdicts) {
      const before = first.verdicts.find(
        (each) => each.judge === judge && each.template === template,
      );
      const from = before?.verdict;
      if (typeof from !== "string" || typeof to !== "string" || from === to) continue;
      const name = `${judge}/${template}`;
      computed(changes, JSON.stringify([name, from, to]), () => ({
        name,
        from,
        to,
        records: 0,
      })).records += 1;
    }
  }
  return [...changes.values()].sort((one, other) => other.records - one.records);
}
