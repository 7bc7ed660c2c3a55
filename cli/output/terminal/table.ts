import Table from "cli-table3";
import stringWidth from "string-width";
import { oneLine } from "../format/fit-text.js";

/** How to fit a table to a screen. */
export interface TableFit {
  /** Columns of the screen. @default 80 */
  readonly width?: number | undefined;
  /** Titles of columns that are removed first, before rows take two lines. */
  readonly optional?: readonly string[];
  /** Titles of columns that are removed if rows of two lines are still too wide. */
  readonly expendable?: readonly string[];
}

type Row = readonly string[];

const gap = 2;
/** Minimum width of the first column for its own line. */
const leastStacked = 10;
const leastShrunk = 8;
const emptyCells: readonly string[] = ["", "-", "0"];

/**
 * Renders a table without lines. Its head is in capitals, so that it is recognizable without
 * colors.
 *
 * A table that is too wide is narrowed in this order:
 *
 * 1. Columns without content are removed.
 * 2. Optional columns are removed.
 * 3. The first column gets its own line above the other columns.
 * 4. Expendable columns are removed, and long cells are wrapped.
 */
export function renderTable(
  head: Row,
  rows: readonly Row[],
  { width = 80, optional = [], expendable = [] }: TableFit = {},
): string {
  const full = [head.map((title) => title.toUpperCase()), ...rows.map((row) => row.map(oneLine))];
  const fitting = without(full, [...emptyColumns(full), ...optional], width);
  if (sumOf(widthsOf(fitting)) <= width) return linesOf(fitting, widthsOf(fitting)).join("\n");
  const [firstWidth = 0] = widthsOf(fitting);
  if (firstWidth < leastStacked) {
    const narrow = without(fitting, expendable, width);
    return linesOf(narrow, shrunk(widthsOf(narrow), width)).join("\n");
  }
  const others = fitting.map((row) => row.slice(1));
  const narrow = without(others, expendable, width - gap);
  const blocks = linesOf(narrow, shrunk(widthsOf(narrow), width - gap));
  const indent = " ".repeat(gap);
  return fitting
    .map(
      ([first = ""], row) => `${first}\n${indent}${blocks[row]?.replaceAll("\n", `\n${indent}`)}`,
    )
    .join("\n");
}

/** Drops columns, in the order of their titles, until the remaining columns fit. */
function without(grid: readonly Row[], titles: readonly string[], width: number): readonly Row[] {
  let kept = grid;
  for (const title of titles) {
    if (sumOf(widthsOf(kept)) <= width) break;
    const dropped = kept[0]?.indexOf(title.toUpperCase()) ?? -1;
    if (dropped >= 0) kept = kept.map((row) => row.filter((_, column) => column !== dropped));
  }
  return kept;
}

/** Returns the titles of columns without content. The first column names the rows. */
function emptyColumns([head = [], ...rows]: readonly Row[]): readonly string[] {
  return head.filter(
    (_, column) => column > 0 && rows.every((row) => emptyCells.includes(row[column] ?? "")),
  );
}

function widthsOf(grid: readonly Row[]): readonly number[] {
  const [head = []] = grid;
  return head.map((_, column) =>
    grid.reduce((widest, row) => Math.max(widest, stringWidth(row[column] ?? "")), 0),
  );
}

function sumOf(widths: readonly number[]): number {
  return widths.reduce((sum, each) => sum + each, gap * (widths.length - 1));
}

/** Narrows the widest columns until the table fits. */
function shrunk(widths: readonly number[], width: number): readonly number[] {
  const fitting = [...widths];
  while (sumOf(fitting) > width) {
    const widest = Math.max(...fitting);
    if (widest <= leastShrunk) break;
    fitting[fitting.indexOf(widest)] = widest - 1;
  }
  return fitting;
}

/** Returns one text per row, with several lines if cells are wrapped. */
function linesOf(grid: readonly Row[], widths: readonly number[]): readonly string[] {
  return grid.map((row) => {
    const table = new Table({
      chars: noLines,
      colWidths: widths.map((each) => each + gap),
      style: { head: [], border: [], "padding-left": 0, "padding-right": gap },
      wordWrap: true,
    });
    table.push([...row]);
    return table
      .toString()
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n");
  });
}

const noLines = Object.fromEntries(
  [
    ["top", "top-mid", "top-left", "top-right"],
    ["bottom", "bottom-mid", "bottom-left", "bottom-right"],
    ["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"],
  ]
    .flat()
    .map((place) => [place, ""]),
);
