import type { JSX } from "preact";
import type { LabelChange, PairReport } from "../../domain/report/pair-report.js";
import { formatCount } from "../parts/format.js";
import { Card } from "../parts/section.js";

const mostLabels = 12;

/**
 * Table of changes of verdicts that are words. Words have no order, so their changes are counted.
 */
export function LabelsTable({
  labels,
}: {
  readonly labels: readonly LabelChange[];
}): JSX.Element | null {
  if (labels.length === 0) return null;
  return (
    <Card title="Verdicts that changed" note="Judges that answer with a word.">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Judge</th>
            <th scope="col">A</th>
            <th scope="col">B</th>
            <th scope="col">Records</th>
          </tr>
        </thead>
        <tbody>
          {labels.slice(0, mostLabels).map(({ name, from, to, records }) => (
            <tr key={`${name} ${from} ${to}`}>
              <td>{name}</td>
              <td>{from}</td>
              <td>{to}</td>
              <td>{formatCount(records)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {labels.length > mostLabels ? <p class="muted">{labels.length - mostLabels} more.</p> : null}
    </Card>
  );
}

/** Table of all failed records by kind, including records without a partner. */
export function FailuresTable({
  comparison: { first, second },
}: {
  readonly comparison: PairReport;
}): JSX.Element | null {
  const kinds = new Set([...first.failures, ...second.failures].map(({ type }) => type));
  if (kinds.size === 0) return null;
  const countIn = ({ failures }: PairReport["first"], kind: string): string =>
    formatCount(failures.find(({ type }) => type === kind)?.records ?? 0);
  return (
    <Card title="Failures by kind" note="All records of each side.">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col">A</th>
            <th scope="col">B</th>
          </tr>
        </thead>
        <tbody>
          {[...kinds].map((kind) => (
            <tr key={kind}>
              <td>{kind}</td>
              <td>{countIn(first, kind)}</td>
              <td>{countIn(second, kind)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
