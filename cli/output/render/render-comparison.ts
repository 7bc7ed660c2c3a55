import type { ComparedScore, Comparison } from "../../../src/domain/scores/comparison.js";
import { joinNotes } from "../../../src/domain/scores/join-notes.js";
import { oneLine } from "../format/fit-text.js";
import { formatCount, formatCountOf } from "../format/format-count.js";
import { formatDifference, formatDifferences, formatFigure } from "../format/format-figure.js";
import { renderTable } from "../terminal/table.js";

const mostNamed = 10;
const mostChanges = 20;

/** @param names names of the files from the command line */
export function renderComparison(
  comparison: Comparison,
  names: Readonly<Record<"first" | "second", string>>,
  width?: number,
): string {
  const { scores, pairs, joinedBy, reason } = comparison;
  const why = reason === undefined ? "" : ` (${reason})`;
  return [
    `A is ${oneLine(names.first)}, B is ${oneLine(names.second)}.`,
    `${formatCountOf(pairs, "record")} in both, joined by ${joinedBy}.${why}`,
    ...joinNotes(comparison),
    "",
    renderTable(
      ["score", "A", "B", "B − A", "95 %", "compared", "worse", "same", "better"],
      scores.map(rowOf),
      { width, optional: ["compared"] },
    ),
    ...changeLines(comparison, width),
    ...missingLines(comparison),
  ].join("\n");
}

function rowOf(score: ComparedScore): string[] {
  const { scorer, first, second, difference, interval } = score;
  return [
    scorer,
    formatFigure(first),
    formatFigure(second),
    formatDifference(difference),
    formatDifferences(interval),
    ...[score.compared, score.worse, score.same, score.better].map(formatCount),
  ];
}

function changeLines({ changes }: Comparison, width?: number): string[] {
  if (changes.length === 0) return ["", "No record changed."];
  const table = renderTable(
    ["changed", "score", "A", "B", "B − A"],
    changes
      .slice(0, mostChanges)
      .map(({ record, scorer, first, second, difference }) => [
        record,
        scorer,
        formatFigure(first),
        formatFigure(second),
        formatDifference(difference),
      ]),
    { width },
  );
  const more = changes.length - mostChanges;
  return [
    "",
    table,
    ...(more > 0 ? [`and ${formatCount(more)} more; use \`--json\` to see all`] : []),
  ];
}

function missingLines({ onlyFirst, onlySecond, scores }: Comparison): string[] {
  const lines = [
    listOf("Only in A", onlyFirst),
    listOf("Only in B", onlySecond),
    ...scores.flatMap(({ scorer, unscored }) => [
      listOf(`Without ${scorer} in A`, unscored.first),
      listOf(`Without ${scorer} in B`, unscored.second),
    ]),
  ].filter((line) => line !== undefined);
  return lines.length === 0 ? [] : ["", ...lines];
}

function listOf(title: string, records: readonly string[]): string | undefined {
  if (records.length === 0) return undefined;
  const named = records.slice(0, mostNamed).map(oneLine).join(", ");
  const more = records.length > mostNamed ? " …" : "";
  return `${oneLine(title)} (${formatCount(records.length)}): ${named}${more}`;
}
