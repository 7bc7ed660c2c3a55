import type { VerdictRow, VerdictSummary } from "../../../src/report/verdicts.js";
import { formatCount, formatCountOf } from "../format/format-count.js";
import { formatFigure, formatInterval } from "../format/format-figure.js";
import { renderTable } from "../terminal/table.js";

type ShownRow = VerdictRow & { readonly model?: string };
type Agreement = NonNullable<VerdictSummary["agreement"]>;

/**
 * Renders the verdicts by judge, template and, if there are several, model, and the judges'
 * agreement.
 */
export function renderVerdicts(
  { rows: all, byModel, agreement }: VerdictSummary,
  width?: number,
): string {
  // A row for all answers is followed by a row per model.
  const rows: readonly ShownRow[] = all.flatMap((row) => [
    row,
    ...(byModel ?? []).filter(ofSame(row)),
  ]);
  const labelled = rows.some(({ labels }) => labels !== undefined);
  const table = renderTable(
    [
      "judge",
      "template",
      ...(byModel ? ["of"] : []),
      "mean",
      "95 %",
      "scored",
      "not scored",
      ...(labelled ? ["labels"] : []),
    ],
    rows.map(({ judge, template, model, mean, interval, scored, unscored, labels = [] }) => [
      judge,
      template,
      ...(byModel ? [model ?? "all"] : []),
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

function ofSame({ judge, template }: VerdictRow): (other: VerdictRow) => boolean {
  return (other) => other.judge === judge && other.template === template;
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
