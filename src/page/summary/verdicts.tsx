import type { JSX } from "preact";
import type { ReportAgreement, ReportVerdict } from "../../domain/report/run-report.js";
import { BarList } from "../charts/bar-list.js";
import { formatCount, formatNumber } from "../parts/format.js";

interface LabelsProps {
  readonly verdicts: readonly ReportVerdict[];
}

export function VerdictLabels({ verdicts }: LabelsProps): JSX.Element {
  return (
    <>
      {verdicts.map(({ judge, template, labels = [] }) => (
        <div key={`${judge}/${template}`}>
          <h4>
            {judge} · {template}
          </h4>
          <BarList
            rows={labels.map(({ label, records }) => ({
              label,
              parts: [records],
              text: formatCount(records),
            }))}
          />
        </div>
      ))}
    </>
  );
}

const coefficients = [
  ["cohensKappa", "Cohen’s κ"],
  ["fleissKappa", "Fleiss’ κ"],
  ["krippendorffsAlpha", "Krippendorff’s α"],
] as const;

export function Agreement({ agreement }: { readonly agreement: ReportAgreement }): JSX.Element {
  const { judges, items, unscored } = agreement;
  return (
    <>
      <dl class="facts">
        {coefficients.map(([key, name]) => {
          const value = agreement[key];
          return value === undefined ? null : (
            <div key={key}>
              <dt>{name}</dt>
              <dd class="big">{formatNumber(value)}</dd>
            </div>
          );
        })}
      </dl>
      <p class="muted">
        {judges.join(", ")} on {formatCount(items)} answers
        {unscored === 0 ? "." : `, ${formatCount(unscored)} of them not rated by all.`}
      </p>
    </>
  );
}
