import { isWorse } from "../../domain/report/pair-query.js";
import type { RatedPair } from "../../domain/report/pair-query.js";
import type {
  ComparisonReport,
  PairMetric,
  PairRecord,
  PairReport,
  PairSide,
} from "../../domain/report/pair-report.js";
import type { ReportRow } from "../../domain/report/report-row.js";
import { joinNotes } from "../../domain/scores/join-notes.js";
import { gitText, inText, rangeText, section, table } from "../markdown-table.js";
import { worseFirst } from "./pair-table.js";

/** Formats a comparison as Markdown, with tables of its figures and the worst changes. */
export function comparisonMarkdown(
  { comparisons }: ComparisonReport,
  pairs: readonly (readonly PairRecord[])[],
): string {
  const parts = comparisons.map((report, place) => comparisonPart(report, pairs[place] ?? []));
  return `${parts.join("\n\n")}\n`;
}

function comparisonPart(report: PairReport, pairs: readonly PairRecord[]): string {
  const { first, second, joinedBy, reason = "", changes, failedInOne } = report;
  const parts = [
    `# ${inText(first.title)} (A) and ${inText(second.title)} (B)`,
    `${report.pairs} records in both, joined by ${joinedBy}. ${inText(reason)}`.trim(),
    ...joinNotes(report),
    table(
      ["worse", "changed", "better", "same", "failed in one", "only in A", "only in B"],
      [
        [
          ...[changes.worse, changes.changed, changes.better, changes.same, failedInOne],
          ...[report.onlyFirst.count, report.onlySecond.count],
        ],
      ],
    ),
    section("Differences", table(metricHeads, report.metrics.map(metricCells))),
    section("Verdicts that changed", labelTable(report)),
    section("The worst changes", worstTable(worseFirst(report, pairs))),
    section("Settings that differ", settingTable(report)),
    section("How to reproduce", reproduceTable(first, second)),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

const metricHeads = [
  ...["measure", "A", "B", "B − A", "95 %"],
  ...["compared", "worse", "same", "better"],
];

function metricCells(metric: PairMetric): readonly (string | number | undefined)[] {
  const { name, first, second, difference, interval } = metric;
  return [
    ...[name, first, second, difference, rangeText(interval)],
    ...[metric.compared, metric.worse, metric.same, metric.better],
  ];
}

function labelTable({ labels }: PairReport): string {
  return table(
    ["judge", "A", "B", "records"],
    labels.map(({ name, from, to, records }) => [name, from, to, records]),
  );
}

const mostChanges = 20;

function worstTable(pairs: readonly RatedPair[]): string {
  const worst = pairs.filter(({ change }) => isWorse(change)).slice(0, mostChanges);
  return table(
    ["record", "change", "A", "B"],
    worst.map(({ row: { first, second }, change }) => [
      ...[first.id, change.replace("-", " "), answerOf(first), answerOf(second)],
    ]),
  );
}

function answerOf({ answer, error }: ReportRow): string {
  return error ? `${error.type}: ${error.message}` : answer;
}

function settingTable({ settings }: PairReport): string {
  return table(
    ["setting", "A", "B"],
    settings.map(({ name, first, second }) => [name, first, second]),
  );
}

function reproduceTable(first: PairSide, second: PairSide): string {
  const cells = (name: string, of: (side: PairSide) => string | undefined): string[] => [
    ...[name, of(first) ?? "", of(second) ?? ""],
  ];
  const hashOf =
    (wanted: "input" | "output") =>
    ({ reproduce }: PairSide): string | undefined => {
      const file = reproduce.files.find(({ role }) => role === wanted);
      return file && `${file.path}, sha256 ${file.sha256}`;
    };
  return table(
    ["what", "A", "B"],
    [
      cells("run", ({ name, stamp }) => `${name}, ${stamp}`),
      cells("command", ({ reproduce }) => reproduce.command),
      cells("git", ({ reproduce: { git } }) => git && gitText(git)),
      cells("input", hashOf("input")),
      cells("output", hashOf("output")),
    ].filter(([, ...values]) => values.some((value) => value !== "")),
  );
}
