import type { VerdictSummary } from "../../../src/report/verdicts.js";
import { formatCount, formatCountOf } from "../format/format-count.js";
import { formatFigure, formatInterval } from "../format/format-figure.js";
import { renderTable } from "../terminal/table.js";

type Agreement = NonNullable<VerdictSummary["agreement"]>;

/** The verdicts by judge and template, and the judges' agreement. */
export function renderVerdicts({ rows, agreement }: VerdictSummary, width?: number): string {
  const labelled = rows.some(({ labels }) => labels !== undefined);
  const table = renderTable(
    ["judge", "template", "mean", "95 %", "scored", "not scored", ...(labelled ? ["labels"] : [])],
    rows.map(({ judge, template, mean, interval, scored, unscored, labels = [] }) => [
      judge,
      template,
      formatFigure(mean),
      formatInterval(interval),
      formatCount(scored),
      formatCount(unscored),
      ...(labelled
        ? [labels.map(({ label, records }) => `${label}: ${formatCount(records)}`).join(", ")]
        : []),
    ]),
    { width },
  );
  return agreement ? `${table}\n${agreementText(agreement)}` : table;
}

function agreementText(agreement: Agreement): string {
  const { judges, items, unscored, level } = agreement;
  const kappa = judges.length === 2 ? "Cohen's kappa" : "Fleiss' kappa";
  const coefficients = [
    coefficient(kappa, agreement.cohensKappa ?? agreement.fleissKappa),
    ...(judges.length > 2 || level === "interval"
      ? [coefficient(`Krippendorff's alpha (${level})`, agreement.krippendorffsAlpha)]
      : []),
  ];
  const who = judges.length === 2 ? "two judges" : `${formatCount(judges.length)} judges`;
  const lacking =
    unscored > 0 ? `, ${formatCount(unscored)} of them without the verdict of one or more` : "";
  return `Agreement of ${who} over ${formatCountOf(items, "answer")} with a template${lacking}: ${coefficients.join(", ")}.`;
}

function coefficient(name: string, value: number | undefined): string {
  const figure = formatFigure(value) || "undefined (nothing to compare, or one verdict throughout)";
  return `${name} ${figure}`;
}
