import type { JSX } from "preact";
import { differenceOf, lessIsBetter, numberOf } from "../../domain/report/pair-change.js";
import { metricKey } from "../../domain/report/pair-query.js";
import type { PairMetric, PairRecord } from "../../domain/report/pair-report.js";
import type { Verdict } from "../../domain/scores/judged-line.js";
import { SideMark } from "./comparison-header.js";
import { formatDifference, formatMetric, metricTitle } from "./metric-format.js";

interface FactsProps {
  readonly record: PairRecord;
  readonly metrics: readonly PairMetric[];
}

/** The scores, verdicts and numbers of both records, with their differences. */
export function PairFacts({ record, metrics }: FactsProps): JSX.Element {
  const { first, second } = record;
  const rows = metrics
    .filter(({ kind }) => kind !== "failed")
    .map((metric) => <MetricFacts key={metricKey(metric)} metric={metric} record={record} />);
  return (
    <section>
      <h3>Numbers</h3>
      <table class="plain pair-facts">
        <thead>
          <tr>
            <th scope="col">Measure</th>
            <th scope="col">
              <SideMark side="A" />
            </th>
            <th scope="col">
              <SideMark side="B" />
            </th>
            <th scope="col">B − A</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>Status</td>
            <td>{first.status}</td>
            <td>{second.status}</td>
            <td />
          </tr>
          {first.model === undefined && second.model === undefined ? null : (
            <tr>
              <td>Model</td>
              <td>{first.model}</td>
              <td>{second.model}</td>
              <td />
            </tr>
          )}
          {rows}
          {labelRows(first.verdicts, second.verdicts)}
        </tbody>
      </table>
    </section>
  );
}

function MetricFacts({
  metric,
  record: { first, second },
}: {
  readonly metric: PairMetric;
  readonly record: PairRecord;
}): JSX.Element | null {
  const { kind } = metric;
  const before = numberOf(first, metric);
  const after = numberOf(second, metric);
  if (before === undefined && after === undefined) return null;
  const difference = differenceOf({ index: 0, first, second }, metric);
  return (
    <tr>
      <td>{metricTitle(metric)}</td>
      <td>{before === undefined ? "" : formatMetric(kind, before)}</td>
      <td>{after === undefined ? "" : formatMetric(kind, after)}</td>
      <td class={toneOf(difference, lessIsBetter(kind))}>
        {difference === undefined ? "" : formatDifference(kind, difference)}
      </td>
    </tr>
  );
}

function toneOf(difference: number | undefined, isLessBetter: boolean): string {
  if (difference === undefined || difference === 0) return "";
  return difference < 0 === isLessBetter ? "is-right" : "is-wrong";
}

/** Returns rows for verdicts that are words. */
function labelRows(
  first: readonly Verdict[],
  second: readonly Verdict[],
): readonly (JSX.Element | null)[] {
  const nameOf = ({ judge, template }: Verdict): string => `${judge}/${template}`;
  const names = new Set([...first, ...second].map(nameOf));
  return [...names].map((name) => {
    const before = first.find((verdict) => nameOf(verdict) === name)?.verdict;
    const after = second.find((verdict) => nameOf(verdict) === name)?.verdict;
    if (typeof before !== "string" && typeof after !== "string") return null;
    return (
      <tr key={name}>
        <td>{name}</td>
        <td>{before}</td>
        <td>{after}</td>
        <td />
      </tr>
    );
  });
}
